using System.Collections.Immutable;

namespace LockDiscipline.Benchmarks.Code;

/// <summary>Code of two sizes, ten times apart.</summary>
/// <param name="Name">As it is printed.</param>
/// <param name="Small">The small one.</param>
/// <param name="Large">The large one.</param>
/// <param name="Copies">
/// How often the small size is in <paramref name="Small"/>. A large method is compared with ten small ones, so that both take long enough for a
/// clock, and what every compilation costs weighs the same.
/// </param>
public sealed record GrowthCase(string Name, Corpus Small, Corpus Large, int Copies)
{
    const int Factor = 10;

    /// <summary>The time for the large size over that for the small one; ten is linear.</summary>
    public double Ratio(double small, double large) => large / (small / Copies);

    /// <summary>The names of all cases.</summary>
    public static readonly ImmutableArray<string> Names = ["lock-free code", "lock-heavy code", .. AdversarialCode.Shapes.Select(shape => shape.Name)];

    /// <summary>The case of that name.</summary>
    public static GrowthCase Of(string name, Sizes sizes)
    {
        if (name == Names[0])
            return new GrowthCase(name, LockFreeCode.Of(sizes.GrowthFiles), LockFreeCode.Of(sizes.GrowthFiles * Factor), Copies: 1);
        if (name == Names[1])
            return new GrowthCase(name, LockHeavyCode.Of(sizes.GrowthFiles), LockHeavyCode.Of(sizes.GrowthFiles * Factor), Copies: 1);
        var shape = AdversarialCode.Shapes.First(shape => shape.Name == name);
        int small = Math.Max(1, shape.Size / Factor / sizes.AdversarialDivisor);
        return new GrowthCase($"{name}, {small} to {small * Factor}", AdversarialCode.Of(shape, small, Factor), AdversarialCode.Of(shape, small * Factor, 1), Factor);
    }
}
