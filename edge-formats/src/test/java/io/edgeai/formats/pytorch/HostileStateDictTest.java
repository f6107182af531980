package io.edgeai.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that would run code, or ask for more memory than they are worth. */
class HostileStateDictTest {
    @TempDir
    Path dir;

    private Path harmless(StateDictFile file) {
        return file.tensor("w", file.floats(1), 1).zip(dir.resolve("weights.bin"));
    }

    static Stream<Arguments> calls() {
        return Stream.of(
                Arguments.of("posix.system", "cposix\nsystem\n(X\4\0\0\0exittR"),
                Arguments.of("builtins.eval", "cbuiltins\neval\n(X\1\0\0\0" + "1tR"),
                Arguments.of("torch.load", "ctorch\nload\n)R"),
                Arguments.of("os.popen", "X\2\0\0\0osX\5\0\0\0popen\u0093)R"),
                Arguments.of("copyreg.extension.7", "\u0082\7)R"),
                Arguments.of("subprocess.Popen", "(isubprocess\nPopen\n"),
                Arguments.of("webbrowser.open", "cwebbrowser\nopen\n)\u0081"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void whatNamesOtherFunctionsIsRefusedAndNothingCalled(String name, String opcodes) {
        Path file = harmless(new StateDictFile().entry("x", opcodes));

        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("[" + name + "]")
                .hasMessageContaining("Nothing was called");
    }

    @Test
    void evenWhereTheResultIsThrownAway() {
        Path file = harmless(new StateDictFile().entry("x", "cposix\nsystem\n(X\4\0\0\0exittR0N"));

        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("posix.system");
    }

    @Test
    void severalAreListedInOneError() {
        Path file = harmless(new StateDictFile().entry("x", "cposix\nsystem\n").entry("y", "cbuiltins\nexec\n"));

        assertThatThrownBy(() -> TorchFile.open(file)).hasMessageContaining("[builtins.exec, posix.system]");
    }

    @Test
    void entriesThatAreNoTensorsAreListed() {
        Path file = harmless(new StateDictFile().entry("sizes", "]K\1a").entry("more", "(K\1K\2t"));

        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("sizes")
                .hasMessageContaining("more (tuple of 2)");
    }

    static Stream<Arguments> views() {
        return Stream.of(
                Arguments.of(0, new long[] {5}, new long[] {1}),
                Arguments.of(4, new long[] {1}, new long[] {1}),
                Arguments.of(-1, new long[] {1}, new long[] {1}),
                Arguments.of(0, new long[] {2}, new long[] {4}),
                Arguments.of(3, new long[] {2}, new long[] {-1}),
                Arguments.of(0, new long[] {-2}, new long[] {1}),
                Arguments.of(0, new long[] {1 << 20, 1 << 20}, new long[] {0, 0}),
                Arguments.of(0, new long[] {1L << 40, 1L << 40}, new long[] {0, 0}),
                Arguments.of(1, new long[] {2}, new long[] {Long.MAX_VALUE}),
                Arguments.of(0, new long[] {2}, new long[] {1, 1}));
    }

    /** Four floats are stored. */
    @ParameterizedTest
    @MethodSource("views")
    void viewsThatLeaveTheirStorageOrRepeatItAreRefusedUnread(long offset, long[] dims, long[] strides) {
        StateDictFile file = new StateDictFile();
        file.view("w", file.floats(1, 2, 3, 4), offset, dims, strides, false);
        Path path = file.zip(dir.resolve("weights.bin"));

        assertThatThrownBy(() -> TorchFile.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Tensor (w)")
                .hasMessageContaining("storage of 4");
    }

    @Test
    void aPickleThatUnpacksTooFarIsRefused() throws IOException {
        Path file = dir.resolve("bomb.bin");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(new byte[32 << 20]);
        }

        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("too many");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PK", "PK\3\4 nothing", "\u0080\2N.", "no pickle at all"})
    void otherFilesAreTypedErrors(String content) throws IOException {
        Path file = Files.write(dir.resolve("x.bin"), content.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> TorchFile.open(file))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void archivesOfAnotherByteOrderAreRefused() {
        StateDictFile file = new StateDictFile();
        file.tensor("w", file.floats(1), 1);
        Path path = file.zip(dir.resolve("x"), Map.of("archive/byteorder", "big".getBytes(StandardCharsets.US_ASCII)));

        assertThatThrownBy(() -> TorchFile.open(path)).hasMessageContaining("big-endian");
    }

    @Test
    void aDictWithoutTensorsIsNoModel() {
        Path path = new StateDictFile().entry("epoch", "K\1").zip(dir.resolve("x"));

        assertThatThrownBy(() -> TorchFile.open(path))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("without tensors");
        assertThat(path).exists();
    }
}
