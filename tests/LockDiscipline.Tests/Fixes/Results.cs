using Microsoft.CodeAnalysis.CodeFixes;

namespace LockDiscipline.Tests.Fixes;

/// <summary>Sources for the fixes about results, with a result type that has an error code and a value.</summary>
internal static class Results
{
    /// <summary>The members before and after the fix.</summary>
    public static Task VerifyAsync<TFix>(string before, string after, string? key = null)
        where TFix : CodeFixProvider, new() => FixTest<TFix>.VerifyAsync(Source(before), Source(after), key);

    /// <summary>No fix is offered.</summary>
    public static Task VerifyNoneAsync<TFix>(string members, string? key = null)
        where TFix : CodeFixProvider, new() => VerifyAsync<TFix>(members, members, key);

    static string Source(string members) => $$"""
        [MustCheck]
        public readonly struct Result<T>
        {
            [ErrorTest] public bool IsError => false;
            [SuccessTest] public bool IsSuccess => true;
            [OnSuccess] public T Value { get; init; }
            public Errno Error { get; init; }
        }

        public class C
        {
            readonly Gate _gate = new();
            static Errno Do() => Errno.Success;
            static Task<Errno> DoAsync() => Task.FromResult(Errno.Success);
            static Result<int> Get() => default;
            static Task<Result<int>> GetAsync() => Task.FromResult<Result<int>>(default);
            static void Work() { }
            static void Use(int n) { }

        {{members}}
        }
        """;
}
