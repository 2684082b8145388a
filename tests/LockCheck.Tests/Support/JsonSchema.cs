using System.Text.Json;

namespace LockCheck.Tests.Support;

/// <summary>Checks a document against the part of JSON Schema that our schema uses.</summary>
public static class JsonSchema
{
    /// <summary>What the document breaks; empty where it follows the schema.</summary>
    public static List<string> Violations(JsonElement schema, JsonElement value)
    {
        var violations = new List<string>();
        Check(schema, schema, value, "$", violations);
        return violations;
    }

    static void Check(JsonElement root, JsonElement schema, JsonElement value, string path, List<string> violations)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
        }
        var type = schema.TryGetProperty("type", out var wanted) ? wanted.GetString() : null;
        var fits = type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => true,
        };
        if (!fits)
            violations.Add($"{path}: {value.ValueKind} where {type} is wanted");
        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(a => a.ToString() == value.ToString()))
            violations.Add($"{path}: '{value}' is not allowed");
        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in value.EnumerateObject())
            {
                if (properties.TryGetProperty(property.Name, out var own))
                    Check(root, own, property.Value, $"{path}.{property.Name}", violations);
                else
                    violations.Add($"{path}: '{property.Name}' is not in the schema");
            }
            foreach (var required in schema.TryGetProperty("required", out var names) ? names.EnumerateArray() : default)
            {
                if (!value.TryGetProperty(required.GetString()!, out _))
                    violations.Add($"{path}: '{required}' is missing");
            }
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
                Check(root, items, item, $"{path}[{index++}]", violations);
        }
    }
}
