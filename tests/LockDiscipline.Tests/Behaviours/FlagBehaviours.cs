using LockDiscipline.Tests.Rules;

namespace LockDiscipline.Tests.Behaviours;

/// <summary>Locks that a flag says whether they are held, however the flag is spelled.</summary>
public sealed class FlagBehaviours
{
    [Fact]
    public Task FlagInEverySpelling_ReleasesIfTaken() => LocksOnly.VerifyMembersAsync("""
        enum State { None, Taken }
        void Bool(bool need)
        {
            bool taken = false;
            if (need) { _gate.Enter(); taken = true; }
            Work();
            if (taken) _gate.Exit();
        }
        void Negated(bool need)
        {
            bool free = true;
            if (need) { _gate.Enter(); free = false; }
            if (free == false) _gate.Exit();
        }
        void Number(bool need)
        {
            int taken = 0;
            if (need) { _gate.Enter(); taken = 1; }
            if (taken != 0) _gate.Exit();
        }
        void Counter(bool need)
        {
            int depth = 0;
            if (need) { _gate.Enter(); depth++; }
            if (depth > 0) _gate.Exit();
        }
        void Enum(bool need)
        {
            var state = State.None;
            if (need) { _gate.Enter(); state = State.Taken; }
            switch (state) { case State.Taken: _gate.Exit(); break; }
        }
        void Text(bool need)
        {
            string? why = null;
            if (need) { _gate.Enter(); why = "needed"; }
            if (why != null) _gate.Exit();
        }
        void Reference(bool need)
        {
            Gate? held = null;
            if (need) { held = _gate; held.Enter(); }
            Work();
            held?.Exit();
        }
        void Scope(bool need)
        {
            Scope? scope = null;
            if (need) scope = _gate.Open();
            if (need) _n++;
            scope?.Dispose();
        }
        void ScopeUsing(bool need)
        {
            using var scope = need ? _gate.Open() : null;
            if (scope is not null) _n++;
        }
        void Nullable(bool need)
        {
            bool? taken = null;
            if (need) { _gate.Enter(); taken = true; }
            if (taken == true) _gate.Exit();
        }
        void Pattern(bool need)
        {
            object? token = need ? new object() : null;
            if (token is { }) _gate.Enter();
            if (token is not null) { _n++; _gate.Exit(); }
        }
        void Same(int n)
        {
            if (n > 0) _gate.Enter();
            if (n <= 0) return;
            _n++;
            _gate.Exit();
        }
        void Equal(int n)
        {
            bool need = n == 3;
            if (need) _gate.Enter();
            if (n == 3) { _n++; _gate.Exit(); }
        }
        void Or(bool a, bool b)
        {
            bool need = a || b;
            if (need) _gate.Enter();
            if (need) { _n++; _gate.Exit(); }
        }
        void HasValue(bool need)
        {
            int? taken = null;
            if (need) { _gate.Enter(); taken = 1; }
            if (taken.HasValue) _gate.Exit();
        }
        void NoValue(bool need)
        {
            bool? taken = null;
            if (need) { _gate.Enter(); taken = true; }
            if (taken is not true) return;
            _n++;
            _gate.Exit();
        }
        void Otherwise(bool need)
        {
            bool? taken = null;
            if (need) { _gate.Enter(); taken = true; }
            if (taken ?? false) _gate.Exit();
        }
        void Tuple(bool need)
        {
            (bool taken, int other) = (false, 0);
            if (need) { _gate.Enter(); (taken, other) = (true, 1); }
            if (taken) _gate.Exit();
        }
        void OutFlag(bool need)
        {
            Take(need, out var taken);
            if (taken) { _n++; _gate.Exit(); }
        }
        private void Take(bool need, out bool taken)
        {
            taken = false;
            if (!need) return;
            _gate.Enter();
            taken = true;
        }
        void Returned(bool need)
        {
            if (TakeIf(need)) { _n++; _gate.Exit(); }
        }
        private bool TakeIf(bool need)
        {
            if (need) _gate.Enter();
            return need;
        }
        void Helpers(bool need)
        {
            LockIf(need);
            if (need) _n++;
            UnlockIf(need);
        }
        private void LockIf(bool c) { if (c) _gate.Enter(); }
        private void UnlockIf(bool c) { if (c) _gate.Exit(); }
        """);

    [Fact]
    public Task FlagThroughLoopsGotosAndExits_StaysTrue() => LocksOnly.VerifyMembersAsync("""
        void FirstHit(List<int> items)
        {
            bool locked = false;
            foreach (var item in items)
            {
                if (item == 0)
                    continue;
                if (!locked)
                {
                    _gate.Enter();
                    locked = true;
                }
                _n += item;
                if (_n > 100)
                    break;
            }
            if (locked)
                _gate.Exit();
        }
        void NeedResched(int n)
        {
            bool locked = false;
            for (int i = 0; i < n; i++)
            {
                if (!locked) { _gate.Enter(); locked = true; }
                _n++;
                if (Cond()) { _gate.Exit(); locked = false; Work(); }
            }
            if (locked) _gate.Exit();
        }
        int Goto(int n)
        {
            bool locked = false;
            if (n == 0) goto done;
            _gate.Enter();
            locked = true;
            if (n == 1) goto done;
            _n++;
        done:
            if (locked) _gate.Exit();
            return n;
        }
        int Finally(int n)
        {
            bool locked = false;
            try
            {
                if (n == 0) return 0;
                _gate.Enter();
                locked = true;
                if (n == 1) return 1;
                if (n == 2) throw new InvalidOperationException();
                _n++;
                return 2;
            }
            finally
            {
                if (locked) _gate.Exit();
            }
        }
        void Switch(int n)
        {
            bool locked = false;
            switch (n)
            {
                case 0: break;
                case 1: _gate.Enter(); locked = true; goto case 0;
                default: _gate.Enter(); locked = true; _n++; break;
            }
            if (!locked) return;
            _gate.Exit();
        }
        void DoWhile()
        {
            bool locked;
            do
            {
                locked = _gate.TryEnter();
                if (!locked) Work();
            }
            while (!locked && Cond());
            if (locked) { _n++; _gate.Exit(); }
        }
        void Two(bool a, bool b)
        {
            bool first = false, second = false;
            if (a) { _gate.Enter(); first = true; }
            if (b) { _other.Enter(); second = true; }
            if (second) _other.Exit();
            if (first) _gate.Exit();
        }
        void UpgradeOnce(int n)
        {
            _rw.EnterRead();
            bool write = false;
            for (int i = 0; i < n; i++)
            {
                if (_m == i && !write)
                {
                    _rw.ExitRead();
                    _rw.EnterWrite();
                    write = true;
                }
                if (write) _m++;
            }
            if (write) _rw.ExitWrite(); else _rw.ExitRead();
        }
        """);

    [Fact]
    public Task FlagThatSaysTheWrongThing_IsFound() => LocksOnly.VerifyMembersAsync("""
        public void Inverted(bool need)
        {
            bool taken = false;
            if (need) { _gate.{|LCK1004:Enter|}(); taken = true; }
            if (!taken) return;
            Work();
        }
        public void Forgotten(bool need, bool other)
        {
            bool taken = false;
            if (need) { _gate.{|LCK1004:Enter|}(); taken = other; }
            if (taken) _gate.Exit();
        }
        public void SetBefore(bool need)
        {
            bool taken = true;
            if (need) _gate.{|LCK1008:Enter|}();
            if (taken) _gate.Exit();
        }
        public void UseWithout(bool need)
        {
            bool taken = false;
            if (need) { _gate.Enter(); taken = true; }
            if (!taken) {|LCK1001:_n|}++;
            if (taken) _gate.Exit();
        }
        public void WrongFlag(bool a, bool b)
        {
            if (a) _gate.{|LCK1004:Enter|}();
            if (b) return;
            if (a) _gate.Exit();
        }
        public void ClearedEarly(bool need)
        {
            bool taken = false;
            if (need) { _gate.{|LCK1004:Enter|}(); taken = true; }
            taken = false;
            if (taken) _gate.Exit();
        }
        """);

    [Fact]
    public Task FlagArgumentThatSaysTheLockIsHeld_DecidesWhatTheHelperNeeds() => LocksOnly.VerifyMembersAsync("""
        private void Add(bool locked)
        {
            if (!locked) _gate.Enter();
            _n++;
            if (!locked) _gate.Exit();
        }
        public void Right()
        {
            Add(false);
            _gate.Enter();
            Add(true);
            _gate.Exit();
        }
        public void WrongTrue() => {|LCK1002:Add|}(true);
        public void WrongFalse()
        {
            _gate.Enter();
            {|LCK1006:Add|}(false);
            _gate.Exit();
        }
        """);

    [Fact]
    public Task HelperThatLocksUnlessNull_IsFollowedByItsArgument() => LocksOnly.VerifyMembersAsync("""
        private static void Enter(object? o) { if (o != null) Monitor.Enter(o); }
        private static void Exit(object? o) { if (o != null) Monitor.Exit(o); }
        public void Right(object? o)
        {
            Enter(o);
            Work();
            Exit(o);
        }
        public void Right2()
        {
            Enter(_sync);
            _k++;
            Exit(_sync);
        }
        """);

    [Fact]
    public Task BitOfANumber_SaysWhetherItIsHeld() => LocksOnly.VerifyMembersAsync("""
        [Flags] enum Held { None = 0, Gate = 1, Other = 2 }
        void Number() { int held = 0; if (Cond()) { _gate.Enter(); held |= 2; } Work(); if ((held & 2) != 0) _gate.Exit(); }
        void Flags() { var held = Held.None; if (Cond()) { _gate.Enter(); held |= Held.Gate; } Work(); if ((held & Held.Gate) == Held.Gate) _gate.Exit(); }
        void Cleared() { int held = 0; if (Cond()) { _gate.Enter(); held |= 1; } if ((held & 1) != 0) { _gate.Exit(); held &= ~1; } if ((held & 1) != 0) _gate.Exit(); }
        public void OtherBit() { int held = 0; if (Cond()) { _gate.{|LCK1004:Enter|}(); held |= 2; } Work(); if ((held & 1) != 0) _gate.Exit(); }
        """);
}
