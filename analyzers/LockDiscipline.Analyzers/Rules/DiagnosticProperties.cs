namespace LockDiscipline.Analyzers.Rules;

/// <summary>The keys under which findings tell fixes and tools what they are about.</summary>
public static class DiagnosticProperties
{
    /// <summary>The lock concerned, as it reads at the finding.</summary>
    public const string Lock = "lock";

    /// <summary>The mode needed: <c>shared</c> or <c>exclusive</c>.</summary>
    public const string Mode = "mode";

    /// <summary>What is needed, in words.</summary>
    public const string Needed = "needed";

    /// <summary>What is held at the finding, in words.</summary>
    public const string Held = "held";

    /// <summary>The method to call instead with the lock held.</summary>
    public const string LockedVariant = "lockedVariant";

    /// <summary>The name that was probably meant.</summary>
    public const string Nearest = "nearest";

    /// <summary>The key of an option, as it is set.</summary>
    public const string Option = "option";

    /// <summary>The value of an option that it does not take.</summary>
    public const string OptionValue = "optionValue";

    /// <summary>What to do, in one line.</summary>
    public const string Hint = "hint";

    /// <summary>What the additional location of that number shows.</summary>
    public const string Note = "note";

    /// <summary>Which fix would help: <see cref="ReadOnly"/> or <see cref="PrivateLock"/>; what is wrong: <see cref="Failed"/>, <see cref="WrongKind"/>, <see cref="Twice"/>.</summary>
    public const string Kind = "kind";

    /// <summary>Of what a contract speaks: the kind of an owned value, the name of pending work or of a sequence, a condition as written, a name that does not exist.</summary>
    public const string What = "what";

    /// <summary>The attributes to be added, a line each: name, modifier and lock, between tabs.</summary>
    public const string Contract = "contract";

    public const string ReadOnly = "readonly";
    public const string PrivateLock = "privateLock";
    public const string Failed = "failed";
    public const string WrongKind = "wrongKind";
    public const string Twice = "twice";
    public const string Shared = "shared";
    public const string Exclusive = "exclusive";
}
