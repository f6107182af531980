package io.edgeai.core.registry;

import static io.edgeai.core.registry.RandomFamilies.pick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random queries as text against a filter written out beside each word, over a registry of random versions. */
class VersionQueryPropertyTest {
    @TempDir
    Path home;

    private record Word(String text, Predicate<ModelVersion> meaning) {
        Word not() {
            return new Word("-" + text, meaning.negate());
        }
    }

    private static Word word(EdgeModelRegistry registry, Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> {
                String model = pick(RandomFamilies.MODELS, random);
                yield new Word(
                        "model:" + model, version -> version.model().name().equals(model));
            }
            case 1 -> {
                Stage stage = pick(List.of(Stage.ACTIVE, Stage.REGISTERED), random);
                String text = stage.name().toLowerCase(Locale.ROOT);
                yield new Word("stage:" + text, version -> version.stage() == stage);
            }
            case 2 -> {
                int bytes = random.nextInt(300);
                yield new Word("size>" + bytes, version -> version.sizeBytes() > bytes);
            }
            case 3 -> {
                int bytes = random.nextInt(300);
                yield new Word("size<" + bytes, version -> version.sizeBytes() < bytes);
            }
            case 4 -> {
                String site = pick(RandomFamilies.SITES, random);
                yield new Word(
                        "tag:site=\"" + site + '"', v -> site.equals(v.tags().get("site")));
            }
            case 5 -> new Word("tag:round", version -> version.tags().containsKey("round"));
            case 6 -> {
                String part = pick(List.of("int8", "static", "pruned", "never"), random);
                yield new Word(
                        "derived:" + part, version -> version.derivation().indexOf(part) >= 0);
            }
            case 7 -> {
                String environment = "site" + random.nextInt(4);
                yield new Word("env:" + environment, version -> registry.deployments(version.ref()).stream()
                        .anyMatch(deployment -> deployment.environment().equals(environment)));
            }
            case 8 -> {
                String alias = "best" + random.nextInt(5);
                yield new Word(
                        "alias:" + alias,
                        v -> registry.annotations().aliases(v.ref()).contains(alias));
            }
            default -> {
                String part = pick(List.of("CATS", "outh", "site", "Best", "Int8"), random);
                yield new Word(part, version -> anyText(registry, version).contains(part.toLowerCase(Locale.ROOT)));
            }
        };
    }

    /** No word looked for has a line feed, so that none is found across two texts. */
    private static String anyText(EdgeModelRegistry registry, ModelVersion version) {
        List<String> texts = new ArrayList<>(List.of(version.model().name(), version.derivation()));
        version.tags().forEach((key, value) -> texts.addAll(List.of(key, value)));
        texts.addAll(registry.annotations().aliases(version.ref()));
        return String.join("\n", texts).toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void textMeansWhatAPlainFilterMeans(long seed) {
        Random random = new Random(seed);
        try (EdgeModelRegistry registry = RandomFamilies.open(home)) {
            RandomFamilies.fill(registry, random, 18);
            List<ModelVersion> all = registry.search(VersionQuery.all());
            int found = 0;
            for (int round = 0; round < 300; round++) {
                StringBuilder query = new StringBuilder();
                Predicate<ModelVersion> filter = version -> true;
                for (int i = random.nextInt(4); i > 0; i--) {
                    Word word = word(registry, random);
                    Word signed = random.nextInt(3) == 0 ? word.not() : word;
                    query.append(" ".repeat(1 + random.nextInt(2))).append(signed.text());
                    filter = filter.and(signed.meaning());
                }
                List<VersionRef> answer = registry.search(VersionQuery.parse(query.toString())).stream()
                        .map(ModelVersion::ref)
                        .toList();
                assertThat(answer)
                        .as("seed %d, query (%s)", seed, query)
                        .isEqualTo(all.stream()
                                .filter(filter)
                                .map(ModelVersion::ref)
                                .sorted()
                                .toList());
                found += answer.size();
            }
            assertThat(found).as("seed %d: queries that find something", seed).isGreaterThan(300);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            colour:red           | Query word (colour:red) has an unknown field
            MODEL:cats           | Query word (MODEL:cats) has an unknown field
            -colour:red          | Query word (colour:red) has an unknown field
            stage:               | () is no Stage
            stage:asleep         | (asleep) is no Stage
            format:fax           | (fax) is no ModelFormat
            workload:nothing     | (nothing) is no WorkloadType
            size>                | Query word (size>) needs a number of bytes
            size<1e6             | Query word (size<1e6) needs a number of bytes
            size>99999999999999999999 | Query word (size>99999999999999999999) needs a number
            after:2026-01-01     | (2026-01-01) is no moment
            before:now           | (now) is no moment
            model:cats "tag:a b  | has a quote that does not end
            """)
    void aRefusalNamesTheWord(String query, String message) {
        assertThatThrownBy(() -> VersionQuery.parse(query))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("Maybe");
    }

    @Test
    void noTextMakesTheParserFailOtherwise() {
        String alphabet = "-:\"<>= \tsizetagmodl019é";
        Random random = new Random(11);
        int understood = 0;
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                VersionQuery.parse(text.toString());
                understood++;
            } catch (InvalidInputException e) {
                assertThat(e).as("query (%s)", text).hasMessageContaining("Maybe");
            }
        }
        assertThat(understood).isBetween(300, 2700);
    }
}
