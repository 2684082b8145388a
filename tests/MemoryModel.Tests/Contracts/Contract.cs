using System.Collections;
using System.Reflection;
using MemoryModel.Locking;

namespace MemoryModel.Tests.Contracts;

/// <summary>One contract that the model's interface states in an attribute.</summary>
/// <param name="Owner">The type that has the member; for an interface's member, also each class that implements it.</param>
/// <param name="Member">The method, constructor, property or type that it stands on.</param>
/// <param name="Part">Empty; "return", or the parameter that it is about.</param>
/// <param name="Kind">The attribute's name, without its ending.</param>
/// <param name="Arguments">Its strings: mostly lock expressions.</param>
/// <param name="IsShared">A hold for reading is enough.</param>
public sealed record Contract(Type Owner, MemberInfo Member, string Part, string Kind, IReadOnlyList<string> Arguments, bool IsShared)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Lazy<IReadOnlyList<Contract>> s_all = new(Read);

    /// <summary>Every contract of the interface.</summary>
    public static IReadOnlyList<Contract> All => s_all.Value;

    /// <summary>Name of the member, for tables and messages.</summary>
    public string Name => Member is Type type ? type.Name : $"{Owner.Name}.{Member.Name}";

    /// <summary>True when others implement the member, and the model calls it.</summary>
    public bool IsCallback => Owner.IsInterface || typeof(Delegate).IsAssignableFrom(Owner) || (Member is MethodInfo { IsVirtual: true, IsFinal: false } && !Owner.IsSealed && Owner.IsPublic && !Member.DeclaringType!.IsInterface);

    public override string ToString() => $"{Name}{(Part.Length == 0 ? "" : "/" + Part)} [{Kind}{(Arguments.Count == 0 ? "" : "(" + string.Join(", ", Arguments) + ")")}]{(Member is MethodBase method ? $" ({string.Join(", ", method.GetParameters().Select(static p => p.ParameterType.Name))})" : "")}";

    private static List<Contract> Read()
    {
        var contracts = new List<Contract>();
        foreach (Type type in typeof(Kvm).Assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            contracts.AddRange(Of(type, type, "", type.GetCustomAttributesData()));
            foreach (MemberInfo member in type.GetMembers(Declared).Where(IsVisible)) contracts.AddRange(OfMember(type, member));
            if (type.IsInterface || type.IsAbstract) continue;
            foreach (Type implemented in type.GetInterfaces().Where(static i => i.Assembly == typeof(Kvm).Assembly && i != typeof(ILock) && i.IsPublic))
            {
                InterfaceMapping map = type.GetInterfaceMap(implemented);
                // What is left to the interface's own body does nothing, and asks for nothing.
                for (int i = 0; i < map.TargetMethods.Length; i++)
                {
                    if (map.TargetMethods[i].DeclaringType == type) contracts.AddRange(OfMember(type, map.InterfaceMethods[i]).Where(static c => c.Part.Length == 0));
                }
            }
        }
        return contracts;
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetMethod?.IsPublic == true,
        FieldInfo field => field.IsPublic || field.IsFamily,
        _ => false,
    };

    private static IEnumerable<Contract> OfMember(Type owner, MemberInfo member)
    {
        foreach (Contract contract in Of(owner, member, "", member.GetCustomAttributesData())) yield return contract;
        if (member is MethodInfo method)
        {
            foreach (Contract contract in Of(owner, member, "return", method.ReturnParameter.GetCustomAttributesData())) yield return contract;
        }
        if (member is not MethodBase called) yield break;
        foreach (ParameterInfo parameter in called.GetParameters())
        {
            foreach (Contract contract in Of(owner, member, parameter.Name!, parameter.GetCustomAttributesData())) yield return contract;
        }
    }

    private static IEnumerable<Contract> Of(Type owner, MemberInfo member, string part, IEnumerable<CustomAttributeData> attributes)
    {
        foreach (CustomAttributeData attribute in attributes.Where(static a => a.AttributeType.Namespace == "LockDiscipline"))
        {
            var arguments = new List<string>();
            foreach (CustomAttributeTypedArgument argument in attribute.ConstructorArguments)
            {
                if (argument.Value is string text) arguments.Add(text);
                else if (argument.Value is IEnumerable texts) arguments.AddRange(texts.Cast<CustomAttributeTypedArgument>().Select(static t => (string)t.Value!));
            }
            bool shared = attribute.NamedArguments.Any(static n => n.MemberName == "Shared" && n.TypedValue.Value is true);
            yield return new Contract(owner, member, part, attribute.AttributeType.Name[..^"Attribute".Length], arguments, shared);
        }
    }
}
