namespace LockDiscipline.Tests.Rules;

/// <summary>LCK2005: a wait for readers inside the section that it waits for, or under a lock that is also taken inside one.</summary>
public sealed class LCK2005Tests
{
    const string Srcu = """


        [Lock("SRCU")]
        class Srcu
        {
            [AcquiresLock(Shared = true)] public int Lock() => 0;
            [ReleasesLock(Shared = true)] public void Unlock(int index) { }
            [WaitsFor] public void Synchronize() { }
        }
        """;

    static Task VerifyAsync(string members, params DiagnosticResult[] expected) => Flows.VerifyAsync($$"""
        class Kvm
        {
            readonly Srcu _srcu = new();
            readonly Srcu _otherSrcu = new();
            readonly Gate _slots = new();
            readonly Gate _arch = new();
            readonly Gate _vcpu = new();
        {{members}}
        }
        """ + Srcu, expected);

    [Fact]
    public Task InsideItsOwnSection_Found() => VerifyAsync("""
            void M()
            {
                var index = _srcu.{|#1:Lock|}();
                _srcu.{|#0:Synchronize|}();
                _srcu.Unlock(index);
                _srcu.Synchronize();
            }
            void Other()
            {
                var index = _otherSrcu.Lock();
                _srcu.Synchronize();
                _otherSrcu.Unlock(index);
            }
        """, Flows.Finding("LCK2005", 0, 1).WithArguments("_srcu", "and this path is inside one"));

    [Fact]
    public Task UnderALockTakenInsideASection_FoundAtTheWait() => VerifyAsync("""
            void SetMemory()
            {
                _slots.{|#1:Enter|}();
                _srcu.{|#0:Synchronize|}();
                _slots.Exit();
            }
            void Read()
            {
                var index = _srcu.{|#2:Lock|}();
                _slots.{|#3:Enter|}();
                _slots.Exit();
                _srcu.Unlock(index);
            }
        """, Flows.Finding("LCK2005", 0, 1, 2, 3).WithArguments("_srcu", "and '_slots', held here, is taken inside one in 'Read'"));

    [Fact]
    public Task LockTakenInsideByTryOnly_Silent() => VerifyAsync("""
            void SetMemory() { _slots.Enter(); _srcu.Synchronize(); _slots.Exit(); }
            void Read()
            {
                var index = _srcu.Lock();
                if (_slots.TryEnter()) _slots.Exit();
                _srcu.Unlock(index);
            }
        """);

    [Fact]
    public Task LockReleasedBeforeTheWait_Silent() => VerifyAsync("""
            void SetMemory() { _slots.Enter(); _arch.Enter(); _arch.Exit(); _srcu.Synchronize(); _slots.Exit(); }
            void Read() { var index = _srcu.Lock(); _arch.Enter(); _arch.Exit(); _srcu.Unlock(index); }
        """);

    [Fact]
    public Task ThroughCallsOnBothSides_Found() => VerifyAsync("""
            public void SetMemory() { _slots.Enter(); {|LCK2005:Install|}(); _slots.Exit(); }
            void Install() => Wait();
            void Wait() => _srcu.Synchronize();
            public void Read() { var index = _srcu.Lock(); Change(); _srcu.Unlock(index); }
            void Change() { _slots.Enter(); _slots.Exit(); }
            public void Inside() { var index = _srcu.Lock(); {|LCK2005:Wait|}(); _srcu.Unlock(index); }
        """);

    [Fact]
    public Task LongerCycleThroughAWait_FoundAtTheWaitOnly() => VerifyAsync("""
            void SetMemory() { _slots.Enter(); _srcu.{|LCK2005:Synchronize|}(); _slots.Exit(); }
            void Run() { _vcpu.Enter(); _slots.Enter(); _slots.Exit(); _vcpu.Exit(); }
            void Read() { var index = _srcu.Lock(); _vcpu.Enter(); _vcpu.Exit(); _srcu.Unlock(index); }
        """);

    [Fact]
    public Task ReadersWaitForNobody_Silent() => VerifyAsync("""
            void Run() { _vcpu.Enter(); var index = _srcu.Lock(); _srcu.Unlock(index); _vcpu.Exit(); }
            void Read() { var index = _srcu.Lock(); _vcpu.Enter(); _vcpu.Exit(); _srcu.Unlock(index); }
        """);

    [Fact]
    public Task UnderACommonGate_Silent() => VerifyAsync("""
            void SetMemory() { _arch.Enter(); _slots.Enter(); _srcu.Synchronize(); _slots.Exit(); _arch.Exit(); }
            void Read() { _arch.Enter(); var index = _srcu.Lock(); _slots.Enter(); _slots.Exit(); _srcu.Unlock(index); _arch.Exit(); }
        """);

    [Fact]
    public Task NamedByExpression_AndRequired() => Flows.VerifyAsync("""
        class Kvm
        {
            public readonly Gate Slots = new();
            public readonly Srcu Srcu = new();
            [WaitsFor("Srcu")] public void Flush() { }
            [RequiresLock("Slots")] public void Install() => {|LCK2005:Flush|}();
            public void Caller() { Slots.Enter(); Install(); Slots.Exit(); }
        }
        static class Readers
        {
            static void Read(Kvm kvm)
            {
                var index = kvm.Srcu.Lock();
                kvm.Slots.Enter();
                kvm.Slots.Exit();
                kvm.Srcu.Unlock(index);
            }
            static void Inside(Kvm kvm, Kvm other)
            {
                var index = kvm.Srcu.Lock();
                kvm.{|LCK2005:Flush|}();
                other.Flush();
                kvm.Srcu.Unlock(index);
            }
        }
        """ + Srcu);
}
