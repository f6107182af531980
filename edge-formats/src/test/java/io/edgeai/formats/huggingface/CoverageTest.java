package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The guide lists the models and activations that the code maps. To bring it up to date run the test with
 * {@code -Dedgeai.guides=write}.
 */
class CoverageTest {
    private static final String BEGIN = "<!-- models: made from the code, checked by CoverageTest -->\n";
    private static final String END = "\n<!-- end -->";

    @Test
    void theGuideListsWhatIsMapped() throws IOException {
        Path file = Path.of(System.getProperty("edgeai.root", ".."), "docs", "guide", "huggingface.md");
        String text = Files.readString(file);
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        if ("write".equals(System.getProperty("edgeai.guides"))) {
            Files.writeString(file, text.substring(0, from) + table() + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to)).isEqualTo(table());
    }

    private static String table() {
        Map<String, List<String>> byType = new TreeMap<>();
        for (String each : HuggingFaceImporter.coverage()) {
            String[] parts = each.split(" ");
            byType.computeIfAbsent(parts[0], type -> new ArrayList<>()).add("`" + parts[1] + "`");
        }
        StringBuilder table = new StringBuilder("| model_type | architectures end in |\n|---|---|\n");
        byType.forEach((type, heads) -> table.append("| `")
                .append(type)
                .append("` | ")
                .append(String.join(", ", heads))
                .append(" |\n"));
        return table + "\nActivations: `" + String.join("`, `", Activation.names()) + "`.";
    }
}
