namespace LockDiscipline.Tests.KernelBugs;

/// <summary>Error codes in each form in which code handles them.</summary>
public sealed class ResultFormTests
{
    // Fs: begin, steps, end, abort.
    [Fact]
    public Task HandledInEachForm_OrLost() => Kernel.VerifyAsync("""
        public class B3
        {
            static Errno Begin() => Errno.Success;
            static Errno End() => Errno.Success;
            static Errno Step(int i) => Errno.Success;
            static void Abort(Errno e) { }
            static void Log(string s) { }
            public Errno Using()
            {
                var ret = Begin();
                if (ret != Errno.Success)
                    return ret;
                for (int i = 0; i < 3 && ret == Errno.Success; i++)
                    ret = Step(i);
                if (ret != Errno.Success)
                {
                    Abort(ret);
                    return ret;
                }
                return End();
            }
            public Errno SwitchExpr(int i) => Step(i) switch { Errno.Success => End(), var e => e };
            public Errno SwitchLost(int i) => Step(i) switch { Errno.Again => Step(i + 1), var e => e };
            public Errno Aggregate(int n)
            {
                var worst = Errno.Success;
                for (int i = 0; i < n; i++)
                {
                    var ret = Step(i);
                    worst = ret > worst ? ret : worst;
                }
                return worst;
            }
            public async Task<Errno> All(int n)
            {
                var tasks = new List<Task<Errno>>();
                for (int i = 0; i < n; i++)
                    tasks.Add(Task.Run(() => Step(1)));
                var all = await Task.WhenAll(tasks);
                foreach (var ret in all)
                {
                    if (ret != Errno.Success)
                        return ret;
                }
                return Errno.Success;
            }
            public Errno Continue(int n)
            {
                int failed = 0;
                for (int i = 0; i < n; i++)
                {
                    if (Step(i) != Errno.Success)
                    {
                        failed++;
                        continue;
                    }
                    Log("ok");
                }
                return failed == 0 ? Errno.Success : Errno.Again;
            }
            public Errno SkipFailed(int n)
            {
                for (int i = 0; i < n; i++)
                {
                    if (Step(i) != Errno.Success)
                        continue;
                    Log("ok");
                }
                return Errno.Success;
            }
            public Errno BestEffort()
            {
                var ret = Step(1);
                _ = Step(2);
                if (Step(3) != Errno.Success)
                    Log("ignored");
                return ret;
            }
            public Errno TwoPhase(bool b)
            {
                var ret = b ? Step(1) : Errno.Success;
                if (ret == Errno.Success)
                    ret = Step(2);
                if (ret == Errno.Success)
                    ret = Step(3);
                if (ret != Errno.Success)
                    Abort(ret);
                return ret;
            }
            public Errno NestedGoto()
            {
                var ret = Begin();
                if (ret != Errno.Success)
                    goto done;
                ret = Step(1);
                if (ret != Errno.Success)
                    goto abort;
                ret = End();
                goto done;
            abort:
                Abort(ret);
            done:
                Log("done");
                return ret;
            }
            public Errno NestedGotoLost()
            {
                var ret = Begin();
                if (ret != Errno.Success)
                    goto done;
                ret = Step(1);
                if (ret != Errno.Success)
                    goto done;
                ret = Step(2);
                if (ret != Errno.Success)
                    goto done;
            done:
                Log("done");
                {|LCK3005:return Errno.Success;|}
            }
            private Errno Wrap(int i) { var ret = Step(i); if (ret != Errno.Success) Log("bad"); return ret; }
            public Errno Wrapped() { {|LCK3001:Wrap|}(1); return Wrap(2); }
            public Errno Props() { var r = Get(); if (r is { IsError: true, Error: var e }) return e; return r.Value == 0 ? Errno.Success : Errno.Again; }
            static Result<int> Get() => default;
            public int ValueOr() { var r = Get(); return r.IsError ? -1 : r.Value; }
            public int ValueOrWrong() { var r = Get(); return r.IsError ? r.{|LCK3004:Value|} : 0; }
            public int Deferred() { var r = Get(); Func<int> f = () => r.IsError ? 0 : r.Value; return f(); }
        }
        """);
}
