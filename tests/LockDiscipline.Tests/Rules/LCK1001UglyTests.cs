namespace LockDiscipline.Tests.Rules;

/// <summary>Guarded members used where it takes a look at the whole body to say whether the lock is held.</summary>
public sealed class LCK1001UglyTests
{
    [Fact]
    public Task CatchAfterScopeInTry_IsOutsideTheLock() => Flows.VerifyMembersAsync("""
        public void M()
        {
            try
            {
                lock (_sync) { _k++; Work(); }
            }
            catch (InvalidOperationException)
            {
                {|LCK1001:_k|} = 0;
            }
            lock (_sync)
            {
                try { Work(); }
                catch (Exception e) when (_k > 0) { _k = 1; }
                finally { _k = 2; }
            }
        }
        """);

    [Fact]
    public Task CatchAroundManualLock_HeldOnlyWhenTheCallThrew() => Flows.VerifyMembersAsync("""
        public void M()
        {
            _gate.Enter();
            try
            {
                Work();
                _n++;
            }
            catch (InvalidOperationException) when (_n > 2)
            {
                _n--;
            }
            catch
            {
                _n = 0;
                throw;
            }
            finally
            {
                _n = 4;
                _gate.Exit();
            }
            {|LCK1001:_n|} = 5;
        }
        """);

    [Fact]
    public Task EarlyReturnsAndSwitch_KeepTheLockThroughout() => Flows.VerifyMembersAsync("""
        public int M(int i)
        {
            using var scope = _gate.Open();
            switch (i)
            {
                case 0: return _n;
                case 1: _n++; break;
                case > 5 when _n > 3: goto case 0;
                default: _n = 3; goto done;
            }
            int s = i switch { 2 => _n, _ when _n < 0 => 1, _ => throw new InvalidOperationException() };
            _n = s;
        done:
            return _n;
        }
        """);

    [Fact]
    public Task SwitchWithTheLockInSomeArms() => Flows.VerifyMembersAsync("""
        public void M(int i)
        {
            switch (i)
            {
                case 0:
                    _gate.Enter();
                    _n = 0;
                    _gate.Exit();
                    break;
                case 1:
                    {|LCK1001:_n|} = 1;
                    break;
                case 2:
                    lock (_sync) { _k = 2; goto case 1; }
            }
        }
        """);

    [Fact]
    public Task LoopsThatDropTheLockInTheMiddle() => Flows.VerifyMembersAsync("""
        public void M(int[] items)
        {
            _gate.Enter();
            foreach (var item in items)
            {
                if (item == _n)
                    continue;
                _gate.Exit();
                Work();
                _gate.Enter();
                _n = item;
                if (item < 0)
                    break;
            }
            _n = 0;
            _gate.Exit();
        }
        public void Infinite()
        {
            while (true)
            {
                _gate.Enter();
                if (_n > 5)
                {
                    _gate.Exit();
                    break;
                }
                _gate.Exit();
                {|LCK1001:_n|}++;
            }
            do { lock (_sync) { _k++; if (_k > 3) continue; } } while (Cond());
        }
        """);

    [Fact]
    public Task GotoOverTheAcquire() => Flows.VerifyMembersAsync("""
        public void M()
        {
        again:
            lock (_sync)
            {
                if (_k > 3)
                    goto again;
            }
            if (Cond())
                goto skip;
            lock (_sync) _k = 1;
        skip:
            {|LCK1001:_k|} = 2;
        }
        """);

    [Fact]
    public Task FlagsThatSayWhetherItIsHeld() => Flows.VerifyMembersAsync("""
        public void M(bool need)
        {
            bool held = false;
            if (need)
            {
                _gate.Enter();
                held = true;
            }
            if (held)
                _n = 1;
            if (!need)
            {
                {|LCK1001:_n|} = 2;
                return;
            }
            _n = 3;
            _gate.Exit();
        }
        public void Late(bool need)
        {
            var copy = need;
            var not = !need;
            if (copy) _gate.Enter();
            if (!not) _n = 4;
            if (need == true) _gate.Exit();
        }
        public int Ternary(bool need)
        {
            if (need) _gate.Enter();
            int r = need ? _n : 0;
            if (need) _gate.Exit();
            return r;
        }
        """);

    [Fact]
    public Task EnumAndIntegerTests() => Flows.VerifyMembersAsync("""
        enum Mode { None, Read, Write }
        void M(Mode mode, int level)
        {
            if (mode == Mode.Write) _gate.Enter();
            Work();
            if (mode is not Mode.Write) return;
            _n = 1;
            _gate.Exit();
            if (level > 0) _gate.Enter();
            if (level <= 0) return;
            _n = 2;
            _gate.Exit();
        }
        void N(string s)
        {
            if (s != null) _gate.Enter();
            if (s is null) return;
            _n++;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task FlagReassigned_LosesTheLink() => Flows.VerifyMembersAsync("""
        void M(bool need)
        {
            if (need) _gate.{|LCK1008:Enter|}();
            need = Cond();
            if (need)
            {
                _n = 1;
                _gate.Exit();
            }
        }
        """);

    [Fact]
    public Task RefLocalWrittenAfterTheRelease_IsFoundWhereItIsTakenOnly() => Flows.VerifyMembersAsync("""
        void M()
        {
            ref int n = ref {|LCK1001:_n|};
            n = 1;
        }
        void N()
        {
            _gate.Enter();
            ref int n = ref _n;
            n = 1;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task ExpressionTrees_AreNotRun() => Flows.VerifyMembersAsync("""
        void M()
        {
            System.Linq.Expressions.Expression<Func<int>> e = () => _n;
        }
        """);

    [Fact]
    public Task LambdasRunInPlaceOrByHelpers() => Flows.VerifyMembersAsync("""
        void M(List<int> items)
        {
            lock (_sync)
            {
                items.ForEach(i => _k += i);
                items.Sort((a, b) => a.CompareTo(_k));
                int sum = items.Where(i => i > _k).Select(i => i + _k).Sum();
                bool any = items.Any(i => i == _k);
                Array.ConvertAll(new int[3], i => i + _k);
                Func<int> f = () => {|LCK1001:_k|};
            }
        }
        """);

    [Fact]
    public Task LambdaInvokedWhereItIsWritten_SeesTheLock() => Flows.VerifyMembersAsync("""
        void M() { lock (_sync) { ((Action)(() => _k++))(); new Action(() => _k++)(); new Action(() => _k++).Invoke(); } }
        """);

    [Fact]
    public Task LambdaWithContract_HoldsIt() => Flows.VerifyMembersAsync("""
        delegate void Handler(C c);
        [RequiresLock("c._gate")] delegate void Guarded(C c);
        void M()
        {
            Guarded g = c => c._n++;
            Guarded wrong = c => {|LCK1001:_n|}++;
            Handler h = [RequiresLock("_gate")] (c) => _n++;
            Guarded method = Named;
            static void Named(C c) { lock (c) { } }
        }
        """);
}
