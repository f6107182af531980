package io.edgeai.core.text.huggingface;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.source.TokenizerSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Real tokenizers for tests, where the native library loads. */
final class Natives {
    private Natives() {}

    static void assumeHere() {
        Availability availability = new HuggingFaceTokenizers().availability();
        assumeTrue(availability.usable(), "native tokenizers are not usable here: " + availability.detail());
    }

    /** A folder with a vocab.txt of these tokens behind the five special ones. */
    static Path wordPieceFolder(Path folder, List<String> tokens, String settings) {
        StringBuilder lines = new StringBuilder("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        tokens.forEach(token -> lines.append(token).append('\n'));
        return write(write(folder, "vocab.txt", lines.toString()), "tokenizer_config.json", settings);
    }

    static Path write(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), text);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Tokenizer open(Path folder) {
        return new HuggingFaceTokenizers().open(TokenizerSource.read(folder));
    }
}
