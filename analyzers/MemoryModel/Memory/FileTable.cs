using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>A process's table of open files.</summary>
/// <remarks>Source: struct files_struct. Thread-safe.</remarks>
public sealed class FileTable
{
    /// <summary>Most files that a process may have open.</summary>
    public const int MaxFiles = 1 << 20;

    private readonly Lock _gate = new();

    [GuardedBy(nameof(_gate))]
    private readonly Dictionary<int, KernelFile> _files = [];

    [GuardedBy(nameof(_gate))]
    private int _next = 3;

    /// <summary>Gives a file a number. The table takes over the reference that the caller had.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The number; EMFILE when there are too many.</returns>
    public Result<int> Install(KernelFile file)
    {
        Locking.SwitchPoint.Write(this, "the open files");
        lock (_gate)
        {
            if (_files.Count >= MaxFiles) return Errno.EMFILE;
            _files.Add(_next, file);
            return _next++;
        }
    }

    /// <summary>The file of a number, with a reference for the caller.</summary>
    /// <param name="fd">The number.</param>
    /// <returns>The file; EBADF when there is none.</returns>
    /// <remarks>Source: fget(). Give it back with <see cref="KernelFile.Put"/>.</remarks>
    public Result<KernelFile> Get(int fd)
    {
        Locking.SwitchPoint.Read(this, "the open files");
        KernelFile? file;
        lock (_gate)
        {
            if (!_files.TryGetValue(fd, out file)) return Errno.EBADF;
        }
        // A step of its own, not to be taken with the table locked: it may have been closed in between, and is going.
        return file.TryGet() ? file : Errno.EBADF;
    }

    /// <summary>Closes a file.</summary>
    /// <param name="fd">Its number.</param>
    /// <returns>Ok; EBADF when there is none.</returns>
    [MaySleep]
    public Errno Close(int fd)
    {
        Locking.ModelTask.Current.MightSleep("closing a file");
        KernelFile? file;
        Locking.SwitchPoint.Write(this, "the open files");
        lock (_gate)
        {
            if (!_files.Remove(fd, out file)) return Errno.EBADF;
        }
        file.Put();
        return Errno.Ok;
    }
}
