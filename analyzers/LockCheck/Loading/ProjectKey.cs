namespace LockCheck.Loading;

/// <summary>One build of one project.</summary>
/// <param name="Path">Full path of the project file.</param>
/// <param name="Framework">The target framework asked for, or empty where the project has only its own.</param>
internal readonly record struct ProjectKey(string Path, string Framework)
{
    /// <inheritdoc/>
    public bool Equals(ProjectKey other) =>
        CheckTarget.PathComparer.Equals(Path, other.Path) && Framework.Equals(other.Framework, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(CheckTarget.PathComparer.GetHashCode(Path), StringComparer.OrdinalIgnoreCase.GetHashCode(Framework));
}
