namespace LockDiscipline.Analyzers.Flow;

/// <summary>What leaves a body by an exception counts as a path on which locks must be released.</summary>
internal enum ExceptionalPaths : byte
{
    None,

    /// <summary>A <c>throw</c> in the same body.</summary>
    Throws,

    /// <summary>Any call, too.</summary>
    Calls,
}

internal readonly record struct FlowOptions(ExceptionalPaths Exceptional)
{
    public bool CountsCalls => Exceptional == ExceptionalPaths.Calls;
}
