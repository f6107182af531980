package io.edgeai.placement.deploy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another library's parser reads from the YAML the tree that was written, whatever the texts and keys. */
class YamlPropertyTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** What YAML gives a meaning, and characters it does not print or takes for the end of a line. */
    private static final String ODD = "ab 0-:#&*!|>'\"%@`{}[],?\\~\t\n\rü\u007f\u0085\u00a0\u2028\u2029\ufeff\ufffe€";

    @Test
    void treesOfAnyShapeComeBack() throws IOException {
        for (long seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ObjectNode tree = object(random, 4);
            String written = Yaml.write(tree);
            assertThat(YAML.readTree(written))
                    .as("seed %d, written as %s", seed, written)
                    .isEqualTo(tree);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no",
                "null",
                "~",
                "true",
                "1e3",
                "0x1F",
                "012",
                "1:30",
                ".inf",
                "2001-01-01",
                "- a",
                "a: b",
                "# x",
                "",
                " ",
                "---",
                "...",
                "<<",
                "=",
                "!!str",
                "%YAML 1.1",
                "a\u0085b",
                "\u2028",
                "\u007f",
                "\ufeff",
                "\u0000",
                "\ud83d\ude00",
                "\"",
                "\\",
                "\\x41",
                "'",
                "{a: 1}",
                "[",
                "*x",
                "&x",
                "@",
                "`"
            })
    void aTextStaysThatTextAsKeyAsValueAndInAList(String text) throws IOException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode().put(text, text);
        tree.putArray("list").add(text).addObject().put(text, text);
        assertThat(YAML.readTree(Yaml.write(tree))).isEqualTo(tree);
    }

    private static JsonNode node(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> JsonNodeFactory.instance.textNode(text(random));
            case 1 -> JsonNodeFactory.instance.numberNode(random.nextInt(-1000, 1000));
            case 2 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 3 -> JsonNodeFactory.instance.nullNode();
            case 4 -> object(random, depth - 1);
            default -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(node(random, depth - 1));
                }
                yield array;
            }
        };
    }

    private static ObjectNode object(SplittableRandom random, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            object.set(text(random), node(random, depth));
        }
        return object;
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(ODD.charAt(random.nextInt(ODD.length())));
        }
        return text.toString();
    }
}
