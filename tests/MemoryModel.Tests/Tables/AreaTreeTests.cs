using MemoryModel.Memory;

namespace MemoryModel.Tests.Tables;

/// <summary>The tree of areas against a sorted list.</summary>
public sealed class AreaTreeTests
{
    private const int Places = 4_000;
    private static readonly Mm s_mm = new(new HostMemory());

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 80)]
    [InlineData(3, 20)]
    public void RandomAreas_AreFoundAsInASortedList(int seed, int insertions)
    {
        var random = new Random(seed);
        var expected = new SortedDictionary<ulong, Vma>();
        AreaTree? tree = null;
        // Fills up, empties and fills up again.
        for (int i = 0; i < 12_000; i++)
        {
            ulong place = (ulong)random.Next(Places);
            bool insert = i / 3_000 % 2 == 0 ? random.Next(100) < insertions : random.Next(100) < 100 - insertions;
            if (insert && !expected.ContainsKey(place))
            {
                Vma area = Area(place, random.Next(1, 10));
                expected.Add(place, area);
                AreaTree before = AreaTree.Insert(tree, area);
                Assert.Same(area, AreaTree.FirstOverlap(before, Start(place), Start(place) + 1));
                if (tree is not null) Assert.NotSame(area, AreaTree.FirstOverlap(tree, Start(place), Start(place) + 1));
                tree = before;
            }
            else if (!insert && expected.Remove(place, out Vma? gone))
            {
                tree = AreaTree.Remove(tree, gone);
            }
            if (i % 50 == 0) Compare(expected, tree, random);
        }
        foreach (Vma area in expected.Values) tree = AreaTree.Remove(tree, area);
        Assert.Null(tree);
    }

    [Fact]
    public void AreaThatMeetsAnother_OrIsNotThere_IsRefused()
    {
        AreaTree tree = AreaTree.Insert(null, Area(5, 4));
        Assert.Throws<ArgumentException>(() => AreaTree.Insert(tree, Area(5, 1)));
        Assert.Throws<ArgumentException>(() => AreaTree.Remove(tree, Area(6, 1)));
        Assert.Throws<ArgumentException>(() => AreaTree.Remove(null, Area(6, 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1_024)]
    [InlineData(1_025)]
    [InlineData(40_000)]
    public void SortedNumbers_LastAtOrBelow_IsWhatAScanFinds(int count)
    {
        ulong[] numbers = [.. Enumerable.Range(0, count).Select(static i => ((ulong)i * 3) + 10)];
        var sorted = new SortedNumbers(numbers);
        Assert.Equal(-1, sorted.LastAtOrBelow(9));
        Assert.Equal(count - 1, sorted.LastAtOrBelow(ulong.MaxValue));
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(i, sorted.LastAtOrBelow(numbers[i]));
            Assert.Equal(i, sorted.LastAtOrBelow(numbers[i] + 2));
            Assert.Equal(i - 1, sorted.LastAtOrBelow(numbers[i] - 1));
        }
    }

    private static void Compare(SortedDictionary<ulong, Vma> expected, AreaTree? tree, Random random)
    {
        for (int i = 0; i < 20; i++)
        {
            ulong at = (ulong)random.Next(Places * 10);
            Vma? next = expected.Values.FirstOrDefault(area => area.Range.End.Value > at);
            Assert.Same(next, AreaTree.FirstEndingAbove(tree, at));
            ulong end = at + (ulong)random.Next(1, 20);
            Assert.Same(next is not null && next.Range.Start.Value < end ? next : null, AreaTree.FirstOverlap(tree, at, end));
        }
    }

    private static ulong Start(ulong place) => place * 10;

    private static Vma Area(ulong place, int length) =>
        new(s_mm, HvaRange.FromStartLength(new Hva(Start(place)), (ulong)length), new AreaKind(VmaFlags.ReadWrite));
}
