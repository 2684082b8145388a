namespace LockDiscipline.Tests.Rules;
public sealed class Scratch
{
    [Fact]
    public Task L() => Flows.VerifyAsync("""
        class C {
            readonly Lock _g = new();
            [GuardedBy("_g")] int _n;
            void M() { lock (_g) { _n++; } }
        }
        """);
}
