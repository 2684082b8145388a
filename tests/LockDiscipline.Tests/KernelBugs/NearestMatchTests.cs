namespace LockDiscipline.Tests.KernelBugs;

/// <summary>The next area taken for the one that contains the address.</summary>
public sealed class NearestMatchTests
{
    // drivers/misc/fastrpc.c: an address in a gap gives an offset below zero.
    [Fact]
    public Task OffsetIntoTheNextArea_Fastrpc() => Kernel.VerifyAsync("""
        public class Fastrpc(Mm mm)
        {
            public ulong[] Before(ulong[] addresses)
            {
                var offsets = new ulong[addresses.Length];
                for (int i = 0; i < addresses.Length; i++)
                {
                    mm.MmapLock.EnterRead();
                    var vma = mm.FindVma(addresses[i]);
                    if (vma is not null)
                        offsets[i] += addresses[i] - {|LCK4005:vma|}.Start;
                    mm.MmapLock.ExitRead();
                }
                return offsets;
            }

            public ulong[] After(ulong[] addresses)
            {
                var offsets = new ulong[addresses.Length];
                for (int i = 0; i < addresses.Length; i++)
                {
                    mm.MmapLock.EnterRead();
                    var vma = mm.VmaLookup(addresses[i]);
                    if (vma is not null)
                        offsets[i] += addresses[i] - vma.Start;
                    mm.MmapLock.ExitRead();
                }
                return offsets;
            }

            public ulong Tested(ulong address)
            {
                ulong offset = 0;
                mm.MmapLock.EnterRead();
                if (mm.FindVma(address) is { } vma && vma.Start <= address)
                    offset = address - vma.Start;
                mm.MmapLock.ExitRead();
                return offset;
            }
        }
        """);

    // drivers/gpu/drm, userptr: the area was looked up by one address and tested for another.
    [Fact]
    public Task TestedForAnotherAddress_Userptr() => Kernel.VerifyAsync("""
        public class Userptr
        {
            public int Before(Mm mm, ulong address, ulong other)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(address);
                int flags = 0;
                if (vma is not null && vma.Contains(other))
                    flags = {|LCK4005:vma|}.Flags;
                mm.MmapLock.ExitRead();
                return flags;
            }

            public int After(Mm mm, ulong address, ulong other)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(address);
                int flags = 0;
                if (vma is not null && vma.Contains(other) && vma.Contains(address))
                    flags = vma.Flags;
                mm.MmapLock.ExitRead();
                return flags;
            }

            public int Compared(Mm mm, ulong start, ulong end)
            {
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(start);
                int flags = vma is not null && vma.Start <= start && vma.Contains(end) ? vma.Flags : 0;
                mm.MmapLock.ExitRead();
                return flags;
            }

            public int Aligned(Mm mm, ulong address)
            {
                ulong page = address & ~0xffful;
                mm.MmapLock.EnterRead();
                var vma = mm.FindVma(page);
                int flags = vma?.Contains(address) == true ? vma.Flags : 0;
                mm.MmapLock.ExitRead();
                return flags;
            }
        }
        """);
}
