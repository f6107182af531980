package io.edgeai.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The part of JSON Schema that our schemas use, for tests. */
final class JsonSchemaCheck {
    private final JsonNode root;
    private final List<String> faults = new ArrayList<>();

    private JsonSchemaCheck(JsonNode root) {
        this.root = root;
    }

    static List<String> faults(JsonNode schema, JsonNode value) {
        JsonSchemaCheck check = new JsonSchemaCheck(schema);
        check.visit(schema, value, "$");
        return check.faults;
    }

    private void visit(JsonNode given, JsonNode value, String path) {
        JsonNode schema =
                given.has("$ref") ? root.at(given.get("$ref").textValue().substring(1)) : given;
        if (schema.has("type") && !typed(schema.get("type"), value)) {
            faults.add(path + " is not " + schema.get("type"));
            return;
        }
        if (schema.has("enum")) {
            boolean found = false;
            for (JsonNode option : schema.get("enum")) {
                found |= option.equals(value);
            }
            check(found, path + " is not one of " + schema.get("enum"));
        }
        if (value.isNumber()) {
            double number = value.doubleValue();
            check(!schema.has("minimum") || number >= schema.get("minimum").doubleValue(), path + " is too small");
            check(!schema.has("maximum") || number <= schema.get("maximum").doubleValue(), path + " is too large");
            check(
                    !schema.has("exclusiveMinimum")
                            || number > schema.get("exclusiveMinimum").doubleValue(),
                    path + " is too small");
            check(
                    !schema.has("exclusiveMaximum")
                            || number < schema.get("exclusiveMaximum").doubleValue(),
                    path + " is too large");
        }
        if (value.isTextual()) {
            check(
                    !schema.has("minLength")
                            || value.textValue().length()
                                    >= schema.get("minLength").intValue(),
                    path + " is too short");
        }
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                visit(schema.get("items"), value.get(i), path + "[" + i + "]");
            }
        }
        if (value.isObject()) {
            fields(schema, value, path);
        }
    }

    private void fields(JsonNode schema, JsonNode value, String path) {
        for (JsonNode name : schema.path("required")) {
            check(value.has(name.textValue()), path + "." + name.textValue() + " is missing");
        }
        value.properties().forEach(field -> {
            JsonNode known = schema.path("properties").get(field.getKey());
            JsonNode more = schema.path("additionalProperties");
            if (known != null) {
                visit(known, field.getValue(), path + "." + field.getKey());
            } else if (more.isObject()) {
                visit(more, field.getValue(), path + "." + field.getKey());
            } else {
                check(!more.isBoolean() || more.booleanValue(), path + "." + field.getKey() + " is not known");
            }
        });
    }

    private static boolean typed(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            boolean any = false;
            for (JsonNode one : type) {
                any |= typed(one, value);
            }
            return any;
        }
        return switch (type.textValue()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    private void check(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }
}
