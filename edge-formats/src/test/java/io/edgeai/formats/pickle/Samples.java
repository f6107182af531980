package io.edgeai.formats.pickle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Pickles and joblib files that CPython 3.11 with numpy, scipy and joblib wrote of small known values. */
public final class Samples {
    private Samples() {}

    public static Map<String, byte[]> all() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Samples.class.getResourceAsStream("pickles.txt")), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split("\t");
                all.put(parts[0], Base64.getDecoder().decode(parts[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    static Object read(String name) {
        return PickleReader.read(Objects.requireNonNull(all().get(name), name), PickleLimits.DEFAULT);
    }
}
