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
            "LCK1011" => "lock a private readonly object that is made once, and nothing else",
            "LCK1012" => $"take {text} in shared mode",
            "LCK2001" => "move the call out of the section",
            "LCK2004" => $"release {text} before the await, or use a lock that may be held over it, such as SemaphoreSlim(1, 1)",
            "LCK2006" => "state on the delegate what the method needs, or give a method that fits",
            "LCK2007" => "take what it needs under the lock, and call it after the release",
            "LCK2008" => "wait in a while loop that tests the condition, with no other lock held",
            "LCK3001" => "test the result and hand the error on, or discard it with '_ ='",
            "LCK3002" => "test the result before the variable gets another value",
            "LCK3003" => "leave the loop with the error of the first call that fails",
            "LCK3004" => "test the result first, and leave where it is an error",
            "LCK3005" => "return the error, or do something about it on its branch",
            "LCK4001" => "look it up again under the lock, or widen the section",
            "LCK4002" => "hand out what is needed of it, or state [ValidUnder]",
            "LCK4003" => "hand it to its consumer on every path, or in a finally",
            "LCK4004" => "release it once, by the release of its kind, after the last use",
            "LCK4005" => "test it for null and against the address",
            "LCK4006" => "give each release what its own acquire returned",
            "LCK5001" => "recheck under the lock before the commit, and try again where it is stale",
            "LCK5002" => "move the sample before the fetch",
            "LCK9002" => "copy the contract of what it overrides, or state there what callers have to expect",
            "LCK9005" => "remove the attribute, or say why the body is right although it is not analysed",
            "LCK5003" => "settle it first; merge the flag with '|=' where more than one call sets it",
            "LCK5004" => "test it before the call, and leave where it does not hold, or state [RequiresTest] on the method",
            "LCK5005" => "assign it before the return, on every path that returns this value",
            "LCK5006" => "read it again under the lock, or compare what was read with what it holds now",
            "LCK5007" => "put the rest back, too, or publish only when nothing can fail any more",
            "LCK9003" => "make the body do what its contract says, or correct the contract",
            "LCK9004" => "write the attribute down, so that callers elsewhere are held to it and the body is checked against it",
            _ => null,
        };
    }
}
