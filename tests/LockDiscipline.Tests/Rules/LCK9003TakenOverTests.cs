namespace LockDiscipline.Tests.Rules;

/// <summary>LCK9003 and values: a body that says it takes an argument over.</summary>
public sealed class LCK9003TakenOverTests
{
    const string Api = """
        public sealed class Packet { public int Length, Users; public Packet? Next; }
        public static class Net
        {
            public static void Free([Consumes("packet")] Packet? packet) { }
            public static int Send([Consumes("packet")] Packet packet) => 0;
            public static bool TrySend([Consumes("packet", WhenReturns = true)] Packet packet) => true;
        }

        """;

    // net, ndo_start_xmit: what is dropped is freed, too.
    [Fact]
    public Task ForgottenOnAFailure_Found() => Flows.VerifyAsync(Api + """
        public class Device
        {
            public int {|LCK9003:Transmit|}([Consumes("packet")] Packet packet)
            {
                if (packet.Length < 14)
                    return -22;
                return Net.Send(packet);
            }

            public Errno {|LCK9003:Checked|}([Consumes("packet")] Packet packet)
            {
                var ret = packet.Length < 14 ? Errno.Again : Errno.Success;
                if (ret != Errno.Success)
                    return ret;
                Net.Free(packet);
                return ret;
            }

            public bool {|LCK9003:TryTransmit|}([Consumes("packet", WhenReturns = true)] Packet packet)
            {
                if (packet.Length == 0)
                    return true;
                return Net.TrySend(packet);
            }

            public int Right([Consumes("packet")] Packet packet)
            {
                if (packet.Length < 14)
                {
                    Net.Free(packet);
                    return -22;
                }

                return Net.Send(packet);
            }

            public bool TryRight([Consumes("packet", WhenReturns = true)] Packet packet) => packet.Length > 0 && Net.TrySend(packet);
        }
        """);

    [Fact]
    public Task WhereValuesEndOrAreKept_Silent() => Flows.VerifyAsync(Api + """
        public class Device
        {
            readonly Queue<Packet> _queue = new();
            Packet? _head;
            static bool Cond() => true;

            public int Queue([Consumes("packet")] Packet packet) { if (Cond()) { _queue.Enqueue(packet); return -16; } Net.Free(packet); return 0; }
            public int End([Consumes("packet")] Packet packet) { packet.Length = 0; return -1; }
            public int Push([Consumes("packet")] Packet packet) { packet.Next = _head; _head = packet; return -1; }
            public bool Counted([Consumes("packet")] Packet packet) { if (--packet.Users > 0) return false; Net.Free(packet); return true; }
            public void Later([Consumes("packet")] Packet packet) => Task.Run(() => Net.Free(packet));
            public int Retried([Consumes("packet")] Packet packet)
            {
                for (int i = 0; i < 3; i++)
                {
                    if (Net.TrySend(packet))
                        return 0;
                }

                Net.Free(packet);
                return -11;
            }

            public int Missing([Consumes("packet")] Packet? packet) { if (packet is null) return -22; Net.Free(packet); return 0; }
            public int Thrown([Consumes("packet")] Packet packet) { if (packet.Length == 0) throw new ArgumentException(); Net.Free(packet); return 0; }
            public int Answer([Consumes("packet")] Packet packet) { if (packet.Length == 0) return 1; Net.Free(packet); return 0; }
        }
        """);
}
