using VerifyCS = LockDiscipline.Tests.CSharpAnalyzerVerifier<LockDiscipline.Analyzers.Rules.FlowAnalyzer>;

namespace LockDiscipline.Tests.Rules;

/// <summary>Held, but shared, where exclusive is needed.</summary>
public sealed class LCK1003Tests
{
    [Fact]
    public Task WriteUnderASharedLock_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _rw.{|#1:EnterRead|}();
            int r = _m;
            {|#0:_m|} = 1;
            _rw.ExitRead();
        }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithLocation(1).WithArguments("_m", "_rw", "exclusively; it is held shared"));

    [Fact]
    public Task EveryKindOfWrite_IsFoundOnce() => Flows.VerifyMembersAsync("""
        static void Ref(ref int i) { }
        static void Out(out int i) => i = 0;
        public void M(int x)
        {
            _rw.EnterRead();
            {|LCK1003:_m|}++;
            {|LCK1003:_m|} += 2;
            ({|LCK1003:_m|}, x) = (1, _m);
            Ref(ref {|LCK1003:_m|});
            Out(out {|LCK1003:_m|});
            ref int r = ref {|LCK1003:_m|};
            ref readonly int s = ref _m;
            Interlocked.Increment(ref {|LCK1003:_m|});
            _rw.ExitRead();
        }
        """);

    [Fact]
    public Task MutatingMethodOfAGuardedStruct_IsAWrite() => Flows.VerifyAsync("""
        struct Range { public int Low; public void Grow() => Low--; public readonly int Get() => Low; public int Prop { readonly get => Low; set => Low = value; } }
        readonly struct Fixed { public int Get() => 1; }
        class P
        {
            readonly Shared _rw = new();
            [GuardedBy("_rw")] Range _range;
            [GuardedBy("_rw")] Fixed _fixed;
            public void M()
            {
                _rw.EnterRead();
                {|LCK1003:_range|}.Grow();
                {|LCK1003:_range|}.Low = 1;
                {|LCK1003:_range|}.Low++;
                {|LCK1003:_range|}.Prop = 2;
                _ = _range.Get() + _range.Prop + _range.Low + _fixed.Get();
                _rw.ExitRead();
            }
        }
        """);

    [Fact]
    public Task CallThatRequiresExclusive_IsFound() => Flows.VerifyMembersAsync("""
        [RequiresLock("_rw")] void Write() => _m = 1;
        [RequiresLock("_rw", Shared = true)] void Read() { _ = _m; {|LCK1003:_m|} = 2; }
        public void M()
        {
            _rw.{|#1:EnterRead|}();
            Read();
            {|#0:Write|}();
            _rw.ExitRead();
            _rw.EnterWrite();
            Write();
            _rw.Downgrade();
            {|LCK1003:Write|}();
            _rw.ExitRead();
        }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithLocation(1).WithArguments("Write", "_rw", "exclusively; it is held shared"));

    [Fact]
    public Task ReaderWriterLockSlim_SharedAndUpgradeableDoNotWrite() => Flows.VerifyAsync("""
        class P
        {
            readonly ReaderWriterLockSlim _rw = new();
            readonly ReaderWriterLockSlim _rec = new(LockRecursionPolicy.SupportsRecursion);
            [GuardedBy("_rw")] int _x;
            [GuardedBy("_rec")] int _y;
            public void M()
            {
                _rw.EnterReadLock();
                {|LCK1003:_x|} = 1;
                _rw.ExitReadLock();
                _rw.EnterUpgradeableReadLock();
                int r = _x;
                {|LCK1003:_x|} = 1;
                _rw.EnterWriteLock();
                _x = 2;
                _rw.ExitWriteLock();
                {|LCK1003:_x|} = 3;
                _rw.ExitUpgradeableReadLock();
                if (_rw.TryEnterReadLock(3)) { {|LCK1003:_x|} = 1; _rw.ExitReadLock(); }
                if (_rw.TryEnterWriteLock(3)) { _x = 1; _rw.ExitWriteLock(); }
                _rec.EnterWriteLock();
                _rec.EnterReadLock();
                _y = 1;
                _rec.ExitWriteLock();
                {|LCK1003:_y|} = 1;
                _rec.ExitReadLock();
            }
        }
        """);

    [Fact]
    public Task GuardedByAny_AllHeldOneShared() => Flows.VerifyAsync("""
        class P
        {
            readonly Shared _a = new();
            readonly Gate _b = new();
            [GuardedByAny("_a", "_b")] int _x;
            public void M()
            {
                _b.Enter();
                _a.EnterRead();
                _ = _x;
                {|#0:_x|} = 1;
                _a.ExitRead();
                _a.EnterWrite();
                _x = 2;
                _a.ExitWrite();
                _b.Exit();
            }
        }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithArguments("_x", "_a", "exclusively; it is held shared").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task GuardedBySeveral_OneShared() => Flows.VerifyAsync("""
        class P
        {
            readonly Shared _a = new(), _b = new();
            [GuardedBy("_a", "_b")] int _x;
            public void M()
            {
                _a.EnterWrite();
                _b.EnterRead();
                _ = _x;
                {|#0:_x|} = 1;
                _b.ExitRead();
                _a.ExitWrite();
            }
        }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithArguments("_x", "_b", "exclusively; it is held shared").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));

    [Fact]
    public Task TargetGuarded_WritingThroughNeedsExclusive() => Flows.VerifyAsync("""
        class Data { public int Value; public int Prop { get; set; } }
        class P
        {
            readonly Shared _rw = new();
            [TargetGuardedBy("_rw")] Data _data = new();
            public void M()
            {
                _rw.EnterRead();
                _ = _data.Value + _data.Prop;
                {|LCK1003:_data|}.Value = 1;
                {|LCK1003:_data|}.Prop = 1;
                _data = new Data();
                _rw.ExitRead();
            }
        }
        """);

    [Fact]
    public Task ArmsThatTakeDifferentModes() => Flows.VerifyMembersAsync("""
        public void M(bool write)
        {
            if (write) _rw.EnterWrite(); else _rw.EnterRead();
            int r = _m;
            {|LCK1003:_m|} = 1;
            if (write) _m = 2;
            if (write) _rw.ExitWrite(); else _rw.ExitRead();
        }
        """);

    [Fact]
    public Task SharedContractOfTheCaller() => Flows.VerifyMembersAsync("""
        [RequiresLock("_rw", Shared = true)] public void M() => {|#0:_m|}++;
        [AcquiresLock("_rw", Shared = true)] public void Take() => _rw.EnterRead();
        public void N() { Take(); {|LCK1003:_m|} = 1; _rw.ExitRead(); }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithArguments("_m", "_rw", "exclusively; it is held shared"));

    [Fact]
    public Task AssertedOrTestedShared_DoesNotWrite() => Flows.VerifyAsync("""
        [Lock("rw")]
        class Rw
        {
            [AssertsLock(Shared = true)] public void AssertRead() { }
            [AssertsLock] public void AssertWrite() { }
            [TestsLock(Shared = true)] public bool IsRead => true;
            [TestsLock] public bool IsWrite => true;
        }
        class P
        {
            readonly Rw _rw = new();
            [GuardedBy("_rw")] int _x;
            public void A() { _rw.AssertRead(); _ = _x; {|LCK1003:_x|} = 1; }
            public void B() { _rw.AssertWrite(); _x = 1; }
            public void C() { if (_rw.IsRead) { _ = _x; {|LCK1003:_x|} = 1; } if (_rw.IsWrite) _x = 1; }
            public void D() { if (!_rw.IsWrite) return; _x = 1; }
        }
        """);

    [Fact]
    public Task DowngradeInTheWrongMode_IsFound() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _rw.{|#1:EnterRead|}();
            _rw.{|#0:Downgrade|}();
            _rw.ExitRead();
        }
        """, VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithLocation(1).WithArguments("Downgrade", "_rw", "exclusively; it is held shared"));

    [Fact]
    public Task StepFromTheWrongMode_Found() => Flows.VerifyAsync("""
        [Lock("rw lock")]
        public class Steps
        {
            [AcquiresLock(Shared = true)] public void EnterRead() { }
            [ReleasesLock(Shared = true)] public void ExitRead() { }
            [AcquiresLock] public void EnterWrite() { }
            [ReleasesLock(Shared = false)] public void ExitWrite() { }
            [UpgradesLock("this")] public void Upgrade() { }
            [DowngradesLock("this")] public void Downgrade() { }
        }

        public class C
        {
            readonly Steps _rw = new();
            public void Up() { _rw.EnterWrite(); _rw.{|#0:Upgrade|}(); _rw.ExitWrite(); }
            public void Down() { _rw.EnterRead(); _rw.{|#1:Downgrade|}(); _rw.ExitRead(); }
            public void NotHeld() { _rw.{|LCK1005:Upgrade|}(); }
            public void Right() { _rw.EnterRead(); _rw.Upgrade(); _rw.Downgrade(); _rw.ExitRead(); }
        }
        """,
        VerifyCS.Diagnostic("LCK1003").WithLocation(0).WithArguments("Upgrade", "_rw", "shared; it is held exclusively").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations),
        VerifyCS.Diagnostic("LCK1003").WithLocation(1).WithArguments("Downgrade", "_rw", "exclusively; it is held shared").WithOptions(DiagnosticOptions.IgnoreAdditionalLocations));
}
