using FsCheck;
using FsCheck.Fluent;
using MemoryModel.Memory;
using MemoryModel.Slots;

namespace MemoryModel.Tests;

/// <summary>Random sequences of operations against an oracle that is too simple to be wrong. Seeds are fixed, so a failure is the same on every machine.</summary>
public sealed class OracleTests
{
    private const ulong Page = PageSize.Bytes;
    private const ulong World = 64;
    private const ulong Base = 0x10;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20200723, 20230405);

    [Fact]
    public void Areas_AgreeWithAnArrayOfPages() => Check(operations =>
    {
        var machine = new Machine();
        var oracle = new VmaFlags?[World];
        for (int i = 0; i + 2 < operations.Length; i += 3)
        {
            ulong start = operations[i] % World;
            ulong count = 1 + (operations[i + 1] % Math.Min(12, World - start));
            var range = HvaRange.FromStartLength(Address(start), count * Page);
            if (operations[i + 2] % 3 == 0)
            {
                Assert.Equal(Errno.Ok, machine.Mm.Munmap(range));
                Fill(oracle, start, count, null);
            }
            else
            {
                VmaFlags flags = operations[i + 2] % 3 == 1 ? VmaFlags.Read : VmaFlags.ReadWrite;
                Assert.Equal(Errno.Ok, machine.Mm.MmapFixed(range.Start, range.Length, flags, replace: true));
                Fill(oracle, start, count, flags);
            }
        }
        CompareAreas(machine.Mm, oracle);
    });

    [Fact]
    public void Memslots_AgreeWithAList() => Check(operations =>
    {
        var machine = new Machine();
        var oracle = new Dictionary<int, (ulong Gfn, ulong Pages, ulong Hva)>();
        for (int i = 0; i + 3 < operations.Length; i += 4)
        {
            int id = operations[i] % 8;
            ulong gfn = operations[i + 1] % World;
            ulong pages = operations[i + 2] % 9UL;
            ulong hva = operations[i + 3] % World;
            Assert.Equal(Expected(oracle, id, gfn, pages, hva), machine.SetSlot(id, gfn, pages, Address(hva).Value));
        }
        CompareSlots(machine, oracle);
    });

    private static void Check(Action<byte[]> property) =>
        FsCheck.Check.One(s_config, Prop.ForAll(Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 90).ToArbitrary(), property));

    private static Hva Address(ulong page) => new((Base + page) * Page);

    private static void Fill(VmaFlags?[] oracle, ulong start, ulong count, VmaFlags? flags)
    {
        for (ulong page = start; page < start + count; page++) oracle[page] = flags;
    }

    private static void CompareAreas(Mm mm, VmaFlags?[] oracle)
    {
        using (mm.MmapRead())
        {
            int areas = 0;
            for (ulong page = 0; page < World; page++)
            {
                Vma? found = mm.VmaLookup(Address(page) + 1);
                Assert.Equal(oracle[page], found?.Flags);
                if (oracle[page] is not null && (page == 0 || oracle[page - 1] != oracle[page])) areas++;

                ulong next = page;
                while (next < World && oracle[next] is null) next++;
                Vma? nearest = mm.FindVma(Address(page));
                Assert.Equal(next == World, nearest is null);
                if (nearest is not null) Assert.True(nearest.Contains(Address(next)));

                Vma? meeting = mm.FindVmaIntersection(Address(page), Address(page + 3));
                Assert.Equal(next >= page + 3 || next == World, meeting is null);
                if (meeting is not null) Assert.Same(nearest, meeting);
            }
            Assert.Equal(areas, mm.AreaCount);
        }
    }

    private static Errno Expected(Dictionary<int, (ulong Gfn, ulong Pages, ulong Hva)> oracle, int id, ulong gfn, ulong pages, ulong hva)
    {
        bool exists = oracle.TryGetValue(id, out (ulong Gfn, ulong Pages, ulong Hva) old);
        if (pages == 0) return oracle.Remove(id) ? Errno.Ok : Errno.EINVAL;
        if (exists && (old.Hva != hva || old.Pages != pages)) return Errno.EINVAL;
        foreach ((int otherId, (ulong Gfn, ulong Pages, ulong Hva) other) in oracle)
        {
            if (otherId != id && gfn < other.Gfn + other.Pages && other.Gfn < gfn + pages) return Errno.EEXIST;
        }
        oracle[id] = (gfn, pages, hva);
        return Errno.Ok;
    }

    private static void CompareSlots(Machine machine, Dictionary<int, (ulong Gfn, ulong Pages, ulong Hva)> oracle)
    {
        using (machine.Kvm.Srcu.Read())
        {
            MemslotSet set = machine.Kvm.Memslots();
            Assert.Equal(oracle.Count, set.Count);
            for (ulong page = 0; page < World + 10; page++)
            {
                Assert.Equal(Holding(oracle, page), set.FindByGfn(new Gfn(page))?.Id);
                foreach (ulong length in new ulong[] { 1, 5, World })
                {
                    var expected = new List<int>();
                    foreach ((int id, (ulong Gfn, ulong Pages, ulong Hva) slot) in oracle)
                    {
                        if (slot.Hva < page + length && page < slot.Hva + slot.Pages) expected.Add(id);
                    }
                    // By address, and by number where several begin at the same one.
                    expected.Sort((a, b) => oracle[a].Hva != oracle[b].Hva ? oracle[a].Hva.CompareTo(oracle[b].Hva) : a.CompareTo(b));
                    var found = new List<int>();
                    foreach (Memslot slot in set.InHvaRange(HvaRange.FromStartLength(Address(page), length * Page))) found.Add(slot.Id);
                    Assert.Equal(expected, found);
                }
            }
        }
    }

    private static int? Holding(Dictionary<int, (ulong Gfn, ulong Pages, ulong Hva)> oracle, ulong gfn)
    {
        foreach ((int id, (ulong Gfn, ulong Pages, ulong Hva) slot) in oracle)
        {
            if (slot.Gfn <= gfn && gfn < slot.Gfn + slot.Pages) return id;
        }
        return null;
    }
}
