using System.Runtime.CompilerServices;
using MemoryModel.Memory;

namespace MemoryModel.Tests.Tables;

/// <summary>The sparse array against a dictionary.</summary>
public sealed class RadixTableTests
{
    [Theory]
    [InlineData(1, 20, 64UL)]
    [InlineData(2, 300, 100_000UL)]
    [InlineData(3, 3_000, 2_000_000UL)]
    [InlineData(4, 3_000, ulong.MaxValue)]
    [InlineData(5, 20_000, 60_000UL)]
    public void RandomCells_AreFoundAndWalkedInOrder(int seed, int count, ulong limit)
    {
        var random = new Random(seed);
        var table = new RadixTable<ulong>();
        var expected = new SortedDictionary<ulong, ulong>();
        for (int i = 0; i < count; i++)
        {
            ulong index = (ulong)random.NextInt64() * 2 % limit;
            table.Add(index) = index + 1;
            expected[index] = index + 1;
            Assert.Equal(index + 1, table.Get(index));
        }
        foreach ((ulong index, ulong value) in expected) Assert.Equal(value, table.Get(index));
        for (int i = 0; i < 1_000; i++)
        {
            ulong index = (ulong)random.NextInt64() % limit;
            Assert.Equal(expected.GetValueOrDefault(index), table.Get(index));
        }
        Assert.Equal(expected, Walk(table, 0, ulong.MaxValue));
        ulong from = limit / 3;
        ulong end = limit / 3 * 2;
        Assert.Equal(expected.Where(cell => cell.Key >= from && cell.Key < end), Walk(table, from, end));
    }

    [Fact]
    public void LargeTable_CellsOfItsFirstFew_StayWhereTheyWere()
    {
        var table = new RadixTable<int>();
        ref int early = ref table.Add(0);
        early = 7;
        for (ulong index = 1; index < 200_000; index += 100) table.Add(index) = 1;
        Assert.Equal(7, table.Get(0));
        Assert.True(Unsafe.AreSame(ref early, ref table.Find(0)));
        Assert.True(Unsafe.IsNullRef(ref table.Find(10_000_000)));
    }

    [Fact]
    public void Walk_BehindTheEnd_FindsNothing()
    {
        var table = new RadixTable<int>();
        table.Add(5) = 1;
        ulong from = 6;
        Assert.False(table.Next(ref from, 6, out Span<int> cells, out _));
        Assert.True(cells.IsEmpty);
        from = 1UL << 40;
        Assert.False(table.Next(ref from, ulong.MaxValue, out _, out _));
    }

    private static SortedDictionary<ulong, ulong> Walk(RadixTable<ulong> table, ulong from, ulong end)
    {
        var found = new SortedDictionary<ulong, ulong>();
        ulong last = from;
        while (table.Next(ref from, end, out Span<ulong> cells, out ulong first))
        {
            Assert.True(first >= last, "a walk went back");
            Assert.True(first + (ulong)cells.Length <= end || first + (ulong)cells.Length == 0, "a walk went beyond its end");
            for (int i = 0; i < cells.Length; i++)
            {
                if (cells[i] != 0) found.Add(first + (ulong)i, cells[i]);
            }
            last = from;
        }
        return found;
    }
}
