package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetainCommandTest {
    @TempDir
    Path dir;

    private Console registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[all.length - 2] = "--home";
        all[all.length - 1] = dir.resolve("home");
        return Console.run(all);
    }

    @BeforeEach
    void models() {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        for (int i = 0; i < 4; i++) {
            assertThat(registry("register", "m", model).code()).isZero();
        }
        assertThat(registry("register", "other", model).code()).isZero();
        assertThat(registry("promote", "m@2").code()).isZero();
    }

    @Test
    void itIsShownAndThenDone() {
        Console shown = registry("retain", "m", "--newest", 1, "--days", 0);
        assertThat(shown.out())
                .isEqualTo(
                        """
                        m@1 would be retired: older than 0 days and none of the newest 1
                        m@3 would be retired: older than 0 days and none of the newest 1
                        nothing was changed; --apply does it
                        """);
        assertThat(registry("show", "m@1").out()).contains("REGISTERED");
        JsonNode done = Answers.json(registry("retain", "m", "--newest", 1, "--days", 0, "--apply", "--json"), 0);
        assertThat(done).hasSize(2);
        assertThat(done.at("/0/version").textValue()).isEqualTo("m@1");
        assertThat(done.at("/0/move").textValue()).isEqualTo("retire");
        assertThat(registry("show", "m@1").out()).contains("RETIRED");
        assertThat(registry("retain", "--newest", 1, "--days", 0, "--erase-after", 0, "--apply")
                        .out())
                .contains("m@1 was erased: ", "m@3 was erased: ")
                .doesNotContain("m@2", "m@4", "other@1");
        assertThat(registry("list", "m").out()).contains("m@2", "m@4").doesNotContain("m@1", "m@3");
    }

    @Test
    void whatIsYoungIsKept() {
        assertThat(registry("retain").out()).isEqualTo("nothing is old and of no use\n");
        Answers.refused(registry("retain", "--newest", -1), "newest (-1)");
    }
}
