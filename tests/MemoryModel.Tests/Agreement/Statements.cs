namespace MemoryModel.Tests.Agreement;

/// <summary>The single steps of a program.</summary>
internal static class Statements
{
    /// <summary>What wants the mmap lock: areas looked up and used, and the page table.</summary>
    public static void Lookup(ProgramWriter o, Choices c, string area)
    {
        switch (c.Below(6))
        {
            case 0:
                o.Line($"{area} = mm.VmaLookup(w.Somewhere());");
                UseArea(o, area, "Start");
                break;
            case 1:
                o.Line($"{area} = mm.FindVma(w.Somewhere());");
                o.Line(c.Percent(90) ? $"if ({area} is not null && {area}.Contains(w.Host)) w.Use({area}.End.Value);" : $"if ({area} is not null) w.Use({area}.End.Value);");
                break;
            case 2:
                string start = o.Name("start");
                o.Line($"Hva {start} = w.Host;");
                o.Line($"{area} = mm.FindVmaIntersection({start}, {start} + {c.Of("1", "1", "1", "0")});");
                o.Line($"if ({area} is not null && {area}.Contains(w.Host)) w.Use({area}.Start.Value);");
                break;
            case 3:
                UseArea(o, area, "Flags");
                break;
            case 4:
                o.Line("w.Use(mm.PteAt(w.Host).IsWritable ? 1ul : 0ul);");
                break;
            default:
                o.Line("w.Use((ulong)mm.AreaCount);");
                break;
        }
    }

    /// <summary>What wants a read section of memslots.</summary>
    public static void Guest(ProgramWriter o, Choices c, string slot, List<string> held)
    {
        switch (c.Below(7))
        {
            case 0:
                o.Line($"{slot} = kvm.GfnToMemslot(w.SomeFrame());");
                UseSlot(o, slot);
                break;
            case 1:
                UseSlot(o, slot);
                break;
            case 2:
                Translation(o, c);
                break;
            case 3:
                Fault(o, c);
                break;
            case 4:
                o.Line("w.Use(kvm.IsVisibleGfn(w.SomeFrame()) ? 1ul : 0ul);");
                break;
            case 5:
                o.Line("foreach (Memslot each in kvm.Memslots().InHvaRange(w.Range)) w.Use(each.NPages);");
                break;
            default:
                o.Line(c.Percent(90) ? "w.Use((ulong)kvm.AttributesOf(w.Gfn));" : "kvm.Srcu.Synchronize();");
                break;
        }
    }

    /// <summary>What wants nothing held: operations of the process, of user space and of the guest.</summary>
    public static void Process(ProgramWriter o, Choices c, string area, string slot)
    {
        switch (c.Below(13))
        {
            case 0:
                Checked(o, c, "mm.Madvise(w.Range, Advice.DontNeed)");
                break;
            case 1:
                Checked(o, c, "mm.Write(w.Somewhere(), 9)");
                break;
            case 2:
                Checked(o, c, "mm.SwapOut(w.Host)");
                break;
            case 3:
                o.Line("if (vcpu.Write(w.Gfn.Address, 3).IsError) w.Failed(Errno.EFAULT);");
                break;
            case 4:
                o.Line("if (vcpu.Touch(w.Access).IsError) w.Failed(Errno.EFAULT);");
                break;
            case 5:
                Checked(o, c, "kvm.SetUserMemoryRegion(new UserMemoryRegion(1, MemslotFlags.None, default, 0, default))");
                break;
            case 6:
                Operator(o, c);
                break;
            case 7:
                Walk(o, c);
                break;
            case 8:
                o.Line(c.Percent(85) ? $"if ({area} is null) w.Use(2);" : $"if ({area} is not null) w.Use({area}.Start.Value);");
                break;
            case 9:
                if (c.Percent(15)) UseSlot(o, slot);
                else o.Line($"if ({slot} is null) w.Use(3);");
                break;
            case 10:
                o.Line("w.Use(mm.ClearFlushYoung(w.Host) ? 1ul : 0ul);");
                break;
            case 11:
                Word(o, c);
                break;
            default:
                o.Line("kvm.Srcu.Synchronize();");
                break;
        }
    }

    /// <summary>What wants the mmu_lock.</summary>
    public static void Shadow(ProgramWriter o, Choices c, string slot, List<string> held)
    {
        switch (c.Below(5))
        {
            case 0:
                o.Line("w.Use((ulong)kvm.Roots().Count);");
                break;
            case 1:
                o.Line("w.Use((ulong)kvm.MmuInvalidateInProgress);");
                break;
            case 2 when held.Contains(Locks.Srcu):
                o.Line($"{slot} = kvm.GfnToMemslot(w.SomeFrame());");
                Zap(o, c, slot);
                break;
            case 3:
                o.Line($"if ({slot} is not null && kvm.AgeGfnRange(new SlotGfnRange({slot}, {slot}.GfnRange))) w.Use(1);");
                break;
            default:
                if (c.Percent(94)) o.Line("w.Use(kvm.MmuInvalidateRetryGfn(0, w.Gfn) ? 1ul : 0ul);");
                else o.Line("w.Lockdep.MightSleep(\"a program\");");
                break;
        }
    }

    private static void UseArea(ProgramWriter o, string area, string member) => o.Line($"if ({area} is not null) w.Use((ulong){area}.{member}{(member == "Flags" ? "" : ".Value")});");

    private static void UseSlot(ProgramWriter o, string slot) => o.Line($"if ({slot} is not null) w.Use({slot}.UserspaceAddr.Value);");

    /// <summary>An operation whose error is dealt with, or meant to be of no interest, or forgotten.</summary>
    private static void Checked(ProgramWriter o, Choices c, string call)
    {
        string error = o.Name("error");
        switch (c.Below(12))
        {
            case < 6:
                o.Line($"Errno {error} = {call};");
                o.Line($"if ({error}.IsError) w.Failed({error});");
                break;
            case < 11:
                o.Line($"_ = {call};");
                break;
            default:
                o.Line($"{call};");
                break;
        }
    }

    private static void Translation(ProgramWriter o, Choices c)
    {
        string hva = o.Name("hva");
        o.Line($"Result<Hva> {hva} = kvm.GfnToHva(w.SomeFrame());");
        o.Line(c.Percent(92) ? $"if ({hva}.IsOk) w.Use({hva}.Value.Value);" : $"w.Use({hva}.Value.Value);");
    }

    private static void Word(ProgramWriter o, Choices c)
    {
        string word = o.Name("word");
        o.Line($"Result<ulong> {word} = mm.Read(w.Somewhere());");
        o.Line(c.Percent(92) ? $"w.Use({word}.IsError ? 0 : {word}.Value);" : $"w.Use({word}.Value);");
    }

    private static void Operator(ProgramWriter o, Choices c)
    {
        string body = c.Of("w.Use(range.Range.Start.Value)", "_ = k.Mm.Write(w.Host, 5)", "w.Use(range.Slot.NPages)");
        o.Line($"_ = HvaRangeOperator.Apply(kvm, w.Range, (Kvm k, in SlotGfnRange range) => {{ {body}; return Errno.Ok; }});");
    }

    private static void Walk(ProgramWriter o, Choices c)
    {
        string body = c.Percent(85) ? c.Of("return k.AgeGfnRange(range);", "w.Use(range.Range.Start.Value); return false;", "return k.TestAgeGfnRange(range);") : "_ = k.Mm.Write(w.Host, 5); return false;";
        o.Line($"w.Use(NotifierWalk.Run(kvm, w.Range, (Kvm k, in SlotGfnRange range) => {{ {body} }}) ? 1ul : 0ul);");
    }

    private static void Zap(ProgramWriter o, Choices c, string slot)
    {
        string flush = o.Name("flush");
        o.Line($"if ({slot} is not null)");
        o.Block(() =>
        {
            o.Line($"bool {flush} = kvm.UnmapGfnRange(new SlotGfnRange({slot}, {slot}.GfnRange));");
            if (!c.Percent(12)) o.Line($"if ({flush}) kvm.FlushRemoteTlbs();");
        });
    }

    /// <summary>The fault of a guest, step by step; steps may be left out.</summary>
    private static void Fault(ProgramWriter o, Choices c)
    {
        string fault = o.Name("fault");
        string page = o.Name("page");
        o.Line($"PageFault {fault} = kvm.BeginPageFault(vcpu, w.Access);");
        o.Line($"if ({fault}.Slot is not null)");
        o.Block(() =>
        {
            bool samples = !c.Percent(6);
            if (samples) o.Line($"{fault}.MmuSeq = kvm.MmuInvalidateSeq;");
            o.Line($"HostPage? {page} = kvm.FaultinPfnShared(vcpu, {fault}, out _);");
            o.Line($"if ({page} is not null)");
            o.Block(() =>
            {
                o.Line("using (kvm.MmuLock.Write())");
                o.Block(() =>
                {
                    if (!c.Percent(6)) o.Line($"if (!kvm.IsPageFaultStale({fault}))");
                    o.Line($"_ = kvm.MapPage(vcpu, {fault}, {page});");
                });
                if (!c.Percent(8)) o.Line($"kvm.ReleasePfnClean({page});");
            });
        });
    }
}
