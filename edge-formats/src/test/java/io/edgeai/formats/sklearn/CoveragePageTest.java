package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide lists exactly what the code converts. */
class CoveragePageTest {
    @Test
    void pageAndCodeAgree() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "guide", "sklearn.md"));
        Matcher block = Pattern.compile("<!-- coverage -->\n(.*?)\n<!-- /coverage -->", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).as("the page has a block of coverage").isTrue();
        String code = SklearnImporter.estimators().stream()
                .filter(name -> !name.startsWith("_"))
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(" · "));
        assertThat(block.group(1)).isEqualTo(code);
        assertThat(page)
                .contains(SklearnImporter.estimators().stream()
                                .filter(n -> !n.startsWith("_"))
                                .count() + " estimators");
    }
}
