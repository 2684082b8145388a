namespace LockCheck.Tests.Support;

/// <summary>The sources that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The top folder.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Analyzers.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
