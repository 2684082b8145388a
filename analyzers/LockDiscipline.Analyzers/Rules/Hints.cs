namespace LockDiscipline.Analyzers.Rules;

/// <summary>One line for each rule on what to do, for tools that show findings without a light bulb.</summary>
internal static class Hints
{
    /// <summary>The hint; null for a rule that has none. <paramref name="text"/> is the lock as it reads at the finding.</summary>
    public static string? For(string rule, string? text)
    {
        text ??= "the lock";
        return rule switch
        {
            "LCK1001" => $"take {text} around it, or state [RequiresLock] on the method",
            "LCK1002" => $"take {text} around the call, or state [RequiresLock] on the method",
            "LCK1003" => $"take {text} exclusively",
            "LCK1004" => "release it on every path: a scope in a using statement, or try and finally",
            "LCK1005" => "release it only where it is held, in the mode in which it was acquired",
            "LCK1006" => "drop the inner acquire, or call the variant for those who hold the lock",
            "LCK1007" => $"call it after {text} was released",
            "LCK1008" => $"hold {text} on all paths that meet, or test the same condition before the use",
            "LCK1009" => "test the result, and leave where it failed",
            "LCK1010" => "bind the scope to a using",
            "LCK2001" => "move the call out of the section",
            "LCK3001" => "test the result and hand the error on, or discard it with '_ ='",
            "LCK3002" => "test the result before the variable gets another value",
            "LCK5003" => "settle it first; merge the flag with '|=' where more than one call sets it",
            _ => null,
        };
    }
}
