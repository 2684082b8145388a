using LockDiscipline;

namespace MemoryModel.Memory;

/// <summary>Outcome of a kernel operation: success, or an error number. The default value is success.</summary>
/// <remarks>Source: errno-base.h; the model keeps the positive number, a kernel function returns it negated.</remarks>
[MustCheck]
public readonly struct Errno : IEquatable<Errno>
{
    private readonly int _number;

    private Errno(int number) => _number = number;

    /// <summary>Success.</summary>
    public static Errno Ok => default;

    /// <summary>Operation not permitted.</summary>
    public static Errno EPERM => new(1);

    /// <summary>No such thing.</summary>
    public static Errno ENOENT => new(2);

    /// <summary>Interrupted by a signal.</summary>
    public static Errno EINTR => new(4);

    /// <summary>Input or output error; inside the kernel, a bug that was contained.</summary>
    public static Errno EIO => new(5);

    /// <summary>No such device or address.</summary>
    public static Errno ENXIO => new(6);

    /// <summary>Bad file number.</summary>
    public static Errno EBADF => new(9);

    /// <summary>No child processes. The model never returns it; it shows up where error codes were merged.</summary>
    public static Errno ECHILD => new(10);

    /// <summary>Try again.</summary>
    public static Errno EAGAIN => new(11);

    /// <summary>Out of memory.</summary>
    public static Errno ENOMEM => new(12);

    /// <summary>Permission denied.</summary>
    public static Errno EACCES => new(13);

    /// <summary>Bad address: nothing is mapped there, or not with this access.</summary>
    public static Errno EFAULT => new(14);

    /// <summary>Busy.</summary>
    public static Errno EBUSY => new(16);

    /// <summary>Exists already.</summary>
    public static Errno EEXIST => new(17);

    /// <summary>No such device, or it cannot do this.</summary>
    public static Errno ENODEV => new(19);

    /// <summary>Invalid argument.</summary>
    public static Errno EINVAL => new(22);

    /// <summary>Too many open files.</summary>
    public static Errno EMFILE => new(24);

    /// <summary>No room on the device: swap is full.</summary>
    public static Errno ENOSPC => new(28);

    /// <summary>File too large.</summary>
    public static Errno EFBIG => new(27);

    /// <summary>Read-only.</summary>
    public static Errno EROFS => new(30);

    /// <summary>Function not implemented: an instruction that the kernel cannot emulate.</summary>
    public static Errno ENOSYS => new(38);

    /// <summary>Operation not supported.</summary>
    public static Errno EOPNOTSUPP => new(95);

    /// <summary>Memory page has a hardware error.</summary>
    public static Errno EHWPOISON => new(133);

    /// <summary>True when the operation succeeded.</summary>
    [SuccessTest]
    public bool IsOk => _number == 0;

    /// <summary>True when the operation failed.</summary>
    [ErrorTest]
    public bool IsError => _number != 0;

    /// <summary>What a kernel function would return: 0, or the negated error number.</summary>
    public int Code => -_number;

    /// <summary>The outcome that a kernel function's return value stands for.</summary>
    /// <param name="code">0, or a negated error number.</param>
    public static Errno FromCode(int code) => new(-code);

    /// <summary>
    /// The bitwise OR of two return values, as C computes it. Of two different errors it is in general neither: ENOMEM or EFAULT gives ECHILD.
    /// It exists because the kernel's integers have it, so that this mistake can be made, and found, here too.
    /// </summary>
    public static Errno operator |(Errno left, Errno right) => FromCode(left.Code | right.Code);

    /// <summary>Same outcome.</summary>
    public static bool operator ==(Errno left, Errno right) => left._number == right._number;

    /// <summary>Different outcome.</summary>
    public static bool operator !=(Errno left, Errno right) => left._number != right._number;

    /// <inheritdoc/>
    public bool Equals(Errno other) => _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Errno other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _number;

    /// <summary>The kernel's name of the error, or "ok".</summary>
    public override string ToString() => _number switch
    {
        0 => "ok",
        1 => "EPERM",
        2 => "ENOENT",
        4 => "EINTR",
        5 => "EIO",
        6 => "ENXIO",
        9 => "EBADF",
        10 => "ECHILD",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        16 => "EBUSY",
        17 => "EEXIST",
        19 => "ENODEV",
        22 => "EINVAL",
        24 => "EMFILE",
        27 => "EFBIG",
        28 => "ENOSPC",
        38 => "ENOSYS",
        30 => "EROFS",
        95 => "EOPNOTSUPP",
        133 => "EHWPOISON",
        _ => $"errno {_number}",
    };
}
