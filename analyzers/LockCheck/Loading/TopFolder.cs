namespace LockCheck.Loading;

/// <summary>The folder that files are named from in reports for others.</summary>
internal static class TopFolder
{
    /// <summary>The top of the repository that a file lies in; its own folder where it lies in none.</summary>
    public static string Of(string file)
    {
        var own = Path.GetDirectoryName(Path.GetFullPath(file))!;
        for (var at = own; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
                return at;
        }
        return own;
    }
}
