namespace LockCheck.Output;

/// <summary>How a file is named for a reader.</summary>
internal static class DisplayPath
{
    /// <summary>Relative where the file lies below the current folder, in full elsewhere.</summary>
    public static string Of(string path)
    {
        if (!Path.IsPathRooted(path))
            return SafeText.Escape(path);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return SafeText.Escape(relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative);
    }
}
