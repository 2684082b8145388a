namespace EndToEnd.Tests.Running;

/// <summary>Temporary folders, outside the repository so that none of its settings apply; removed when the tests end.</summary>
static class ScratchFolder
{
    static readonly Lazy<string> s_root = new(CreateRoot);

    public static string Create() => Directory.CreateDirectory(Path.Combine(s_root.Value, Guid.NewGuid().ToString("N")[..8])).FullName;

    static string CreateRoot()
    {
        var root = Directory.CreateTempSubdirectory("lockdiscipline-").FullName;
        // What lies above the temporary folder of this machine is not the user's project either.
        File.WriteAllText(Path.Combine(root, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(root, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(root, "Directory.Packages.props"), "<Project />");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(root);
        return root;
    }

    static void Delete(string root)
    {
        try
        {
            Directory.Delete(root, recursive: true);
        }
        catch (IOException)
        {
            // A file still in use is left to the system's own clearing of temporary files.
        }
    }
}
