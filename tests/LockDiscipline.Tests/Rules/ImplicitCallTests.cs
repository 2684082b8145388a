namespace LockDiscipline.Tests.Rules;

/// <summary>Calls that C# makes without a call being written: contracts on them count as those of any other call.</summary>
public sealed class ImplicitCallTests
{
    const string Pair = """
        public class Pair
        {
            public readonly Gate Lock = new();
            [RequiresLock("Lock")] public void Deconstruct(out int left, out int right) => left = right = 0;
        }

        """;

    [Fact]
    public Task Deconstruct_CheckedLikeACall() => Flows.VerifyAsync(Pair + """
        public class C
        {
            int _left;

            int Declared(Pair pair)
            {
                var (left, right) = {|LCK1002:pair|};
                return left + right;
            }

            void Assigned(Pair pair)
            {
                int right;
                (_left, right) = {|LCK1002:pair|};
            }

            void InATuple(Pair pair)
            {
                var ((left, right), other) = ({|LCK1002:pair|}, 1);
            }

            int Locked(Pair pair)
            {
                using (pair.Lock.Open())
                {
                    var (left, right) = pair;
                    return left + right;
                }
            }
        }
        """);

    [Fact]
    public Task DeconstructInPatternAndLoop_CheckedLikeACall() => Flows.VerifyAsync(Pair + """
        public class C
        {
            bool Matches(Pair pair) => pair is {|LCK1002:(0, _)|};

            bool Switches(Pair pair) => pair switch
            {
                {|LCK1002:(1, 2)|} => true,
                _ => false,
            };

            void Loops(List<Pair> pairs)
            {
                foreach ({|LCK1002:var (left, right)|} in pairs)
                    Console.WriteLine(left + right);
            }

            bool Locked(Pair pair)
            {
                using (pair.Lock.Open())
                    return pair is (0, _);
            }
        }
        """);

    [Fact]
    public Task DeconstructAsAnExtension_ReceiverSubstituted() => Flows.VerifyAsync("""
        public class Point { public readonly Gate Lock = new(); public int X; }

        public static class Points
        {
            [RequiresLock("point.Lock")] public static void Deconstruct(this Point point, out int x, out int y) => x = y = point.X;
        }

        public class C
        {
            int Bare(Point point)
            {
                var (x, y) = {|LCK1002:point|};
                return x + y;
            }

            int Locked(Point point)
            {
                using var scope = point.Lock.Open();
                var (x, y) = point;
                return x + y;
            }
        }
        """);

    [Fact]
    public Task BaseConstructor_CheckedWhetherWrittenOrNot() => Flows.VerifyAsync("""
        public static class Registry { public static readonly Gate Gate = new(); }

        public class Base
        {
            [RequiresLock("Registry.Gate")] public Base() { }
        }

        public class Written : Base
        {
            public Written() : {|LCK1002:base|}() { }
        }

        public class Implicit : Base
        {
            public {|LCK1002:Implicit|}() { }
            public {|LCK1002:Implicit|}(int value) => Console.WriteLine(value);
        }

        public class Delegating : Base
        {
            [RequiresLock("Registry.Gate")] public Delegating() { }
            [RequiresLock("Registry.Gate")] public Delegating(int value) : this() { }
            public Delegating(string text) : {|LCK1002:this|}() { }
        }
        """);

    [Fact]
    public Task CollectionInitializer_AddChecked() => Flows.VerifyAsync("""
        public class Bag : System.Collections.IEnumerable
        {
            public static readonly Gate Gate = new();
            [RequiresLock("Gate")] public void Add(int value) { }
            public System.Collections.IEnumerator GetEnumerator() => throw new NotSupportedException();
        }

        public class C
        {
            Bag Bare() => new Bag { {|LCK1002:1|} };

            Bag Locked()
            {
                using (Bag.Gate.Open())
                    return new Bag { 1, 2 };
            }
        }
        """);

    [Fact]
    public Task IndexAndRange_CheckedLikeIndexerAndSlice() => Flows.VerifyAsync("""
        public class Row
        {
            public readonly Gate Lock = new();
            public int Length => 8;
            public int this[int index] { [RequiresLock("Lock")] get => index; [RequiresLock("Lock")] set { } }
            [RequiresLock("Lock")] public Row Slice(int start, int length) => this;
        }

        public class C
        {
            int Read(Row row) => {|LCK1002:row[^1]|};
            void Write(Row row) => {|LCK1002:row[^1]|} = 3;
            void Add(Row row) => {|LCK1002:row[^1]|} += 3;
            Row Part(Row row) => {|LCK1002:row[1..^1]|};

            int Locked(Row row)
            {
                using (row.Lock.Open())
                {
                    row[^1] = 2;
                    row[^1]++;
                    return row[^2] + row[1..2].Length;
                }
            }
        }
        """);

    [Fact]
    public Task IndexAndRange_LengthChecked() => Flows.VerifyAsync("""
        public class Row
        {
            public readonly Gate Lock = new();
            public int Count { [RequiresLock("Lock")] get => 8; }
            public int this[int index] => index;
        }

        public class C
        {
            int Read(Row row) => {|LCK1002:row[^1]|};
            int FromTheStart(Row row) => row[1];
        }
        """);

    [Fact]
    public Task ForEachPattern_EachMemberChecked() => Flows.VerifyAsync("""
        public class Walk
        {
            public static readonly Gate Gate = new();
            public Cursor GetEnumerator() => new Cursor();
        }

        public class Cursor
        {
            [RequiresLock("Walk.Gate")] public bool MoveNext() => false;
            public int Current => 0;
        }

        public class Items
        {
            public static readonly Gate Gate = new();
            public Item GetEnumerator() => new Item();
        }

        public class Item : IDisposable
        {
            public bool MoveNext() => false;
            public int Current { [RequiresLock("Items.Gate")] get => 0; }
            [RequiresLock("Items.Gate")] public void Dispose() { }
        }

        public class C
        {
            void Moves(Walk walk)
            {
                foreach (var item in {|LCK1002:walk|})
                    Console.WriteLine(item);
            }

            void Reads(Items items)
            {
                foreach (var item in {|LCK1002:items|})
                    Console.WriteLine(item);
            }

            void Locked(Walk walk, Items items)
            {
                using var one = Walk.Gate.Open();
                using var other = Items.Gate.Open();
                foreach (var item in walk)
                    Console.WriteLine(item);
                foreach (var item in items)
                    Console.WriteLine(item);
            }
        }
        """);

    [Fact]
    public Task AwaitPattern_EachMemberChecked() => Flows.VerifyAsync("""
        public static class Registry { public static readonly Gate Gate = new(); }

        public class Job
        {
            [RequiresLock("Registry.Gate")] public Awaiter GetAwaiter() => new();
        }

        public class Other
        {
            public Result GetAwaiter() => new();
        }

        public class Awaiter : System.Runtime.CompilerServices.INotifyCompletion
        {
            public bool IsCompleted => true;
            public void OnCompleted(Action continuation) { }
            public void GetResult() { }
        }

        public class Result : System.Runtime.CompilerServices.INotifyCompletion
        {
            public bool IsCompleted => true;
            public void OnCompleted(Action continuation) { }
            [RequiresLock("Registry.Gate")] public int GetResult() => 0;
        }

        public class C
        {
            async Task Gets(Job job) => await {|LCK1002:job|};
            async Task<int> Ends(Other other) => await {|LCK1002:other|};
            [RequiresLock("Registry.Gate")] async Task Locked(Job job, Other other)
            {
                {|LCK2004:await|} job;
                {|LCK2004:await|} other;
            }
        }
        """);

    [Fact]
    public Task InterpolatedStringHandler_EachPartChecked() => Flows.VerifyAsync("""
        public static class Registry { public static readonly Gate Gate = new(); }

        [System.Runtime.CompilerServices.InterpolatedStringHandler]
        public struct Text
        {
            public Text(int literalLength, int formattedCount) { }
            public void AppendLiteral(string text) { }
            [RequiresLock("Registry.Gate")] public void AppendFormatted(int value) { }
        }

        public class C
        {
            static void Write(Text text) { }

            void Bare(int value) => Write($"value {|LCK1002:{value}|}");

            void Locked(int value)
            {
                using (Registry.Gate.Open())
                    Write($"value {value}");
            }
        }
        """);

    [Fact]
    public Task AssigningOperators_CheckedLikeCalls() => Flows.VerifyAsync("""
        public struct Sum
        {
            public static readonly Gate Gate = new();
            [RequiresLock("Gate")] public static Sum operator -(Sum sum, int value) => sum;
            [RequiresLock("Gate")] public static Sum operator --(Sum sum) => sum;
        }

        public class C
        {
            void Bare(Sum sum)
            {
                {|LCK1002:sum -= 1|};
                {|LCK1002:sum--|};
            }

            void Locked(Sum sum)
            {
                using var scope = Sum.Gate.Open();
                sum -= 1;
                sum--;
            }
        }
        """);
}
