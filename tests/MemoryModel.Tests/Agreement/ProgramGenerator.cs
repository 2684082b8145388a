namespace MemoryModel.Tests.Agreement;

/// <summary>Makes programs against the model: locks, look-ups, walks, faults, early exits, releases and helpers, mostly in places where they belong, now and then in others, or with a step left out.</summary>
internal sealed class ProgramGenerator
{
    private const string Types = "using LockDiscipline; using MemoryModel; using MemoryModel.Locking; using MemoryModel.Memory; using MemoryModel.Mmu; using MemoryModel.Ranges; using MemoryModel.Slots; using MemoryModel.Tests.Agreement;\n\n";

    private readonly Choices _choices;
    private readonly ProgramWriter _out = new();

    // What the body at hand can be sure to hold, unless something went wrong before.
    private readonly List<string> _held = [];
    private readonly List<string> _areas = [];
    private readonly List<string> _slots = [];
    private int _statements;
    private int _helperDepth;

    private ProgramGenerator(IReadOnlyList<int> numbers) => _choices = new Choices(numbers);

    /// <summary>The program that a row of numbers stands for.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="name">Name of its class.</param>
    public static string Make(IReadOnlyList<int> numbers, string name)
    {
        var generator = new ProgramGenerator(numbers);
        return Types + generator.Whole(name);
    }

    private string Whole(string name)
    {
        _out.Prologue();
        Variables();
        Sequence(1 + _choices.Below(4), depth: 0);
        return _out.Program(name);
    }

    /// <summary>References that live longer than the sections that they are looked up in.</summary>
    private void Variables()
    {
        _areas.Clear();
        _slots.Clear();
        _areas.Add(_out.Name("area"));
        _slots.Add(_out.Name("slot"));
        _out.Line($"Vma? {_areas[0]} = null;");
        _out.Line($"Memslot? {_slots[0]} = null;");
    }

    private void Sequence(int count, int depth)
    {
        for (int i = 0; i < count && _statements < 14; i++) Statement(depth);
    }

    private void Statement(int depth)
    {
        _statements++;
        if (depth < 3 && _choices.Percent(45))
        {
            Nested(depth);
            return;
        }
        // Mostly what fits where it stands.
        if (_choices.Percent(85)) Fitting();
        else Anything();
    }

    private void Nested(int depth)
    {
        switch (_choices.Below(9))
        {
            case 0 or 1 or 2:
                Section(depth);
                break;
            case 3:
                Branch(depth);
                break;
            case 4:
                _out.Line($"for (int i{_statements} = 0; i{_statements} < 2 && w.Flip(); i{_statements}++)");
                _out.Block(() => Sequence(1 + _choices.Below(2), depth + 1));
                break;
            case 5 when _helperDepth < 2:
                Helper(depth);
                break;
            case 6:
                Conditional(depth);
                break;
            case 7:
                PageInHand(depth);
                break;
            default:
                Pair(depth);
                break;
        }
    }

    private void Anything()
    {
        switch (_choices.Below(3))
        {
            case 0:
                Lookup();
                break;
            case 1:
                Guest();
                break;
            default:
                Process();
                break;
        }
    }

    private void Fitting()
    {
        if (_held.Contains(Locks.MmuWrite)) Shadow();
        else if (_held.Contains(Locks.Spin)) _out.Line("w.Use(1);");
        else if (_held.Contains(Locks.MmapRead) || _held.Contains(Locks.MmapWrite)) Lookup();
        else if (_held.Contains(Locks.Srcu)) Guest();
        else Process();
    }

    /// <summary>A lock held for the length of a block.</summary>
    private void Section(int depth)
    {
        string gate = NextLock();
        _out.Line($"using ({Locks.Scope(gate)})");
        _out.Block(() => Within(gate, depth));
    }

    /// <summary>A lock taken and released by two calls, or by one too few.</summary>
    private void Pair(int depth)
    {
        string gate = NextLock();
        string token = _out.Name("index");
        _out.Line(Locks.Take(gate, token));
        Within(gate, depth);
        if (_choices.Percent(20)) EarlyExit(_choices.Percent(70) ? Locks.Release(gate, token) : null);
        if (gate == Locks.MmapWrite && _choices.Percent(25))
        {
            _out.Line("mm.MmapWriteDowngrade();");
            if (!_choices.Percent(25)) gate = Locks.MmapRead;
        }
        if (_choices.Percent(8)) return;
        if (_choices.Percent(5)) gate = gate == Locks.MmapWrite ? Locks.MmapRead : gate == Locks.MmapRead ? Locks.MmapWrite : gate;
        _out.Line(Locks.Release(gate, token));
        if (_choices.Percent(4)) _out.Line(Locks.Release(gate, token));
    }

    /// <summary>A lock that is taken on one path only, and a flag that knows.</summary>
    private void Conditional(int depth)
    {
        // Not of a lock that is held: to the analyzers such an attempt fails, while readers of the model's may come in twice.
        if (_choices.Percent(40) && !_held.Contains(Locks.MmapRead) && !_held.Contains(Locks.MmapWrite))
        {
            _out.Line("if (mm.MmapTryReadLock())");
            _out.Block(() =>
            {
                Within(Locks.MmapRead, depth);
                if (!_choices.Percent(10)) _out.Line("mm.MmapReadUnlock();");
            });
            return;
        }
        string gate = NextLock();
        string flag = _out.Name("locked");
        string token = _out.Name("index");
        _out.Line($"bool {flag} = false;");
        if (gate == Locks.Srcu) _out.Line($"int {token} = 0;");
        _out.Line("if (w.Flip())");
        _out.Block(() =>
        {
            _out.Line(gate == Locks.Srcu ? $"{token} = kvm.Srcu.ReadLock();" : Locks.Take(gate, token));
            _out.Line($"{flag} = true;");
        });
        if (_choices.Percent(50)) Statement(depth + 1);
        _out.Line(_choices.Percent(90) ? $"if ({flag})" : $"if (!{flag})");
        _out.Block(() => _out.Line(Locks.Release(gate, token)));
    }

    private void Branch(int depth)
    {
        _out.Line("if (w.Flip())");
        _out.Block(() => Sequence(1 + _choices.Below(2), depth + 1));
        if (!_choices.Percent(40)) return;
        _out.Line("else");
        _out.Block(() => Sequence(1, depth + 1));
    }

    /// <summary>Part of the body in a method of its own, with or without a contract.</summary>
    private void Helper(int depth)
    {
        // Who states a contract states all of it.
        string contract = _choices.Percent(50) ? string.Concat(_held.Distinct().Select(Locks.Contract)) : "";
        string[] held = [.. _held];
        string[] areas = [.. _areas];
        string[] slots = [.. _slots];
        _helperDepth++;
        string name = _out.Helper(contract, () =>
        {
            Variables();
            Sequence(1 + _choices.Below(2), depth + 1);
            });
        _helperDepth--;
        (_held.Capacity, _areas.Capacity) = (16, 16);
        Restore(_held, held);
        Restore(_areas, areas);
        Restore(_slots, slots);
        _out.Line($"{name}(w);");
    }

    /// <summary>A reference to a page, held over something else.</summary>
    private void PageInHand(int depth)
    {
        string page = _out.Name("page");
        bool viaSlot = _held.Contains(Locks.Srcu) && _choices.Percent(50);
        _out.Line(viaSlot ? $"Result<HostPage> {page} = kvm.GfnToPage(w.SomeFrame());" : $"Result<HostPage> {page} = mm.GetUserPage(w.Somewhere(), write: {_choices.Of("true", "false")});");
        if (!_choices.Percent(6))
        {
            _out.Line($"if ({page}.IsError)");
            _out.Block(() => _out.Line(_choices.Percent(50) || _held.Count == 0 || _helperDepth > 0 ? "w.Failed(Errno.EFAULT);" : "w.Failed(Errno.EIO);"));
            _out.Line("else");
        }
        _out.Block(() =>
        {
            _out.Line($"w.Use({page}.Value.Pfn.Value);");
            if (_choices.Percent(50)) Statement(depth + 1);
            if (_choices.Percent(15)) EarlyExit(_choices.Percent(60) ? $"mm.Memory.PutPage({page}.Value);" : null);
            if (_choices.Percent(7)) return;
            _out.Line($"mm.Memory.PutPage({page}.Value);");
            if (_choices.Percent(5)) _out.Line($"mm.Memory.PutPage({page}.Value);");
        });
    }

    /// <summary>Leaves the body, after what is given, unless more is held: then this is left to those who hold it.</summary>
    private void EarlyExit(string? undo)
    {
        if (_held.Count > 0 && !_choices.Percent(15)) return;
        _out.Line("if (w.Flip())");
        _out.Block(() =>
        {
            if (undo is not null) _out.Line(undo);
                _out.Line("return;");
        });
    }

    private void Lookup() => Statements.Lookup(_out, _choices, _areas[0]);

    private void Guest() => Statements.Guest(_out, _choices, _slots[0], _held);

    private void Process() => Statements.Process(_out, _choices, _areas[0], _slots[0]);

    private void Shadow() => Statements.Shadow(_out, _choices, _slots[0], _held);

    private void Within(string gate, int depth)
    {
        _held.Add(gate);
        Sequence(1 + _choices.Below(2), depth + 1);
        _held.Remove(gate);
    }

    /// <summary>A lock that may be taken here; now and then one that may not.</summary>
    private string NextLock()
    {
        if (_choices.Percent(6)) return Locks.All[_choices.Below(Locks.All.Length)];
        int level = _held.Count == 0 ? -1 : _held.Max(static gate => Array.IndexOf(Locks.All, gate));
        if (_held.Contains(Locks.MmapRead)) level = Math.Max(level, Array.IndexOf(Locks.All, Locks.MmapWrite));
        int first = level + 1;
        return first >= Locks.All.Length ? Locks.Spin : Locks.All[first + _choices.Below(Locks.All.Length - first)];
    }

    private static void Restore(List<string> list, string[] before)
    {
        list.Clear();
        list.AddRange(before);
    }
}
