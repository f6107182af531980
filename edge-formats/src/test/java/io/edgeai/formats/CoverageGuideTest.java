package io.edgeai.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.openvino.ops.IrGraphWriter;
import io.edgeai.formats.tflite.ops.TfliteGraphWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The lists of operators in the guides are what the code maps. To bring a page up to date run the test with
 * {@code -Dedgeai.guides=write}.
 */
class CoverageGuideTest {
    private static final String BEGIN = "<!-- operators: made from the code, checked by CoverageGuideTest -->\n";
    private static final String END = "\n<!-- end -->";

    @Test
    void theTfliteGuideListsWhatIsMapped() throws IOException {
        check("tflite.md", TfliteGraphWriter.operators());
    }

    @Test
    void theOpenVinoGuideListsWhatIsMapped() throws IOException {
        check("openvino.md", IrGraphWriter.operations());
    }

    private static void check(String page, Set<String> operators) throws IOException {
        Path file = Path.of(System.getProperty("edgeai.root", ".."), "docs", "guide", page);
        String text = Files.readString(file);
        String list = operators.size() + ": `" + String.join("`, `", operators) + "`";
        int from = text.indexOf(BEGIN) + BEGIN.length();
        int to = text.indexOf(END);
        if ("write".equals(System.getProperty("edgeai.guides"))) {
            Files.writeString(file, text.substring(0, from) + list + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to)).as(page).isEqualTo(list);
    }
}
