package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes JSON trees as YAML 1.2 in blocks; texts are quoted as in JSON, which YAML reads the same. */
final class Yaml {
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
    private static final Pattern UNPRINTED = Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]");

    private Yaml() {}

    static String write(JsonNode tree) {
        StringBuilder out = new StringBuilder();
        block(out, tree, 0);
        return out.toString();
    }

    private static void block(StringBuilder out, JsonNode node, int indent) {
        if (node.isArray()) {
            for (JsonNode element : node) {
                out.append(" ".repeat(indent)).append("-");
                value(out, element, indent + 2, true);
            }
            return;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = PLAIN_KEY.matcher(field.getKey()).matches()
                    ? field.getKey()
                    : quoted(TextNode.valueOf(field.getKey()));
            out.append(" ".repeat(indent)).append(key).append(":");
            value(out, field.getValue(), indent + 2, false);
        }
    }

    private static void value(StringBuilder out, JsonNode node, int indent, boolean inArray) {
        if (node.isValueNode() || node.isEmpty()) {
            out.append(" ").append(quoted(node)).append("\n");
        } else if (inArray && node.isObject()) {
            StringBuilder element = new StringBuilder();
            block(element, node, indent);
            out.append(" ").append(element.substring(indent));
        } else {
            out.append("\n");
            block(out, node, indent);
        }
    }

    /** JSON leaves characters as they are that YAML does not print, or takes for the end of a line. */
    private static String quoted(JsonNode node) {
        return UNPRINTED
                .matcher(node.toString())
                .replaceAll(found -> String.format(
                        Locale.ROOT, "\\\\u%04x", (int) found.group().charAt(0)));
    }
}
