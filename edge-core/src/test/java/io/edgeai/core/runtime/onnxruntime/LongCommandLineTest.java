package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LongCommandLineTest {
    @TempDir
    Path folder;

    private Path commandLine(int bytes) throws IOException {
        return Files.write(folder.resolve("cmdline"), new byte[bytes]);
    }

    @Test
    void usualLengthIsFine() throws IOException {
        assertThat(LongCommandLine.danger(commandLine(3_900), Map.of())).isEmpty();
    }

    @Test
    void longOneIsTheReasonWithARepair() throws IOException {
        assertThat(LongCommandLine.danger(commandLine(3_981), Map.of())).hasValueSatisfying(reason -> assertThat(reason)
                .contains("3981 bytes")
                .contains("Maybe set")
                .contains("CLASSPATH"));
    }

    @Test
    void switchedOffTelemetryMakesAnyLengthSafe() throws IOException {
        assertThat(LongCommandLine.danger(commandLine(9_000), Map.of("ORT_DISABLE_TELEMETRY", "1")))
                .isEmpty();
    }

    @Test
    void systemsWithoutProcHaveNoDanger() {
        assertThat(LongCommandLine.danger(folder.resolve("none"), Map.of())).isEmpty();
    }

    /** A real process with such a command line answers, where before it died with signal 11. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void processWithALongCommandLineAnswersInsteadOfDying() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dpadding=" + "x".repeat(5_000),
                Asked.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("CLASSPATH", System.getProperty("java.class.path").replace("\n", File.pathSeparator));
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(3);
    }

    /** Exits with 3 where the engine says that it is not usable. */
    static final class Asked {
        private Asked() {}

        public static void main(String[] args) {
            Runtime.getRuntime().halt(new OnnxRuntimeEngine().availability().usable() ? 0 : 3);
        }
    }
}
