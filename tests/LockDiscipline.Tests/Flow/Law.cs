using FsCheck;
using FsCheck.Fluent;

namespace LockDiscipline.Tests.Flow;

/// <summary>Checks a property on the same cases in every run.</summary>
static class Law
{
    static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20_240_601, 7);

    public static void Holds<T>(Gen<T> values, Func<T, bool> property) =>
        Check.One(s_config, Prop.ForAll(values.ToArbitrary(), property));
}
