package io.edgeai.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Options {@code --key value} of a comparison. Immutable. */
final class Arguments {
    private final List<String> words;

    private Arguments(List<String> words) {
        this.words = words;
    }

    static Arguments of(String... arguments) {
        return new Arguments(List.of(String.join(" ", arguments).trim().split("\\s+")));
    }

    String text(String key, String otherwise) {
        int at = words.indexOf(key);
        return at < 0 || at + 1 >= words.size() ? otherwise : words.get(at + 1);
    }

    int number(String key, int otherwise) {
        return Integer.parseInt(text(key, Integer.toString(otherwise)));
    }

    List<String> list(String key, Object... otherwise) {
        String given = text(key, "");
        return given.isEmpty() ? Arrays.stream(otherwise).map(Object::toString).toList() : List.of(given.split(","));
    }

    /** Writes a text and one JSON object a line into the folder of {@code --out}, where it is given. */
    void write(String name, String markdown, List<String> objects) throws IOException {
        String out = text("--out", "");
        if (!out.isEmpty()) {
            Path folder = Files.createDirectories(Path.of(out));
            Files.writeString(folder.resolve(name + ".md"), markdown + "\n");
            Files.writeString(folder.resolve(name + ".json"), "[\n" + String.join(",\n", objects) + "\n]\n");
        }
    }
}
