package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Encoding.Token;
import io.edgeai.core.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders with vocab.json and merges.txt: the native tokenizer made of them against byte pairs in loops. */
class BytePairPropertyTest {
    private static final String[] PARTS = {
        "the", "pump", "leaks", "isn't", "we'll", "Öl", "naïve", "東京", "😀", "42", "...", "x", "\n", "  ", "\t", "—",
        "'s"
    };
    private static final List<String> ROBERTA = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");

    @TempDir
    Path folder;

    @BeforeEach
    void natives() {
        Natives.assumeHere();
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            text.append(PARTS[random.nextInt(PARTS.length)]).append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }

    private static BytePairLoops learnt(long seed, List<String> special) {
        Random random = new Random(seed);
        List<String> corpus = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            corpus.add(text(random));
        }
        return new BytePairLoops(corpus, 60, special);
    }

    private Tokenizer open(BytePairLoops loops, String settings) {
        try {
            Natives.write(folder, "vocab.json", new ObjectMapper().writeValueAsString(loops.ids));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        String merges =
                loops.merges.stream().map(pair -> String.join(" ", pair)).collect(Collectors.joining("\n"));
        Natives.write(folder, "merges.txt", "#version: 0.2\n" + merges + "\n");
        return Natives.open(Natives.write(folder, "tokenizer_config.json", settings));
    }

    @Test
    void tokensAreThoseOfTheAlgorithmAndGiveTheTextBack() {
        for (int seed = 0; seed < 20; seed++) {
            BytePairLoops loops = learnt(seed, List.of("<|endoftext|>"));
            Random random = new Random(1000 + seed);
            try (Tokenizer tokenizer = open(loops, "{\"tokenizer_class\":\"GPT2Tokenizer\"}")) {
                for (int i = 0; i < 30; i++) {
                    String text = text(random);

                    long[] ids = tokenizer.encode(text).ids();

                    assertThat(Arrays.stream(ids).boxed().toList())
                            .as("seed %d, text %d (%s)", seed, i, text)
                            .isEqualTo(loops.encode(text));
                    assertThat(tokenizer.decode(ids, true))
                            .as("seed %d, text %d", seed, i)
                            .isEqualTo(text);
                }
            }
        }
    }

    @Test
    void robertaPutsTextsBetweenItsEndsAndJoinsPairsByTwo() {
        BytePairLoops loops = learnt(3, ROBERTA);
        try (Tokenizer tokenizer = open(loops, "{\"tokenizer_class\":\"RobertaTokenizer\"}")) {
            List<Long> first = loops.encode("the pump");
            List<Long> second = loops.encode("leaks");
            List<Long> expected = new ArrayList<>(List.of(0L));
            expected.addAll(first);
            expected.addAll(List.of(2L, 2L));
            expected.addAll(second);
            expected.add(2L);

            Encoding pair = tokenizer.encode("the pump", "leaks");

            assertThat(Arrays.stream(pair.ids()).boxed().toList()).isEqualTo(expected);
            assertThat(pair.tokens())
                    .allSatisfy(token -> assertThat(token.type()).isZero());
            assertThat(pair.length(1)).isEqualTo(second.size());
        }
    }

    /** The mask swallows the space before it, so that the guess may bring its own. */
    @Test
    void theMaskIsOneTokenWithTheSpaceBeforeIt() {
        BytePairLoops loops = learnt(3, ROBERTA);
        try (Tokenizer tokenizer = open(loops, "{}")) {
            long[] ids = tokenizer.encode("the <mask> leaks").ids();

            List<Long> expected = new ArrayList<>(List.of(0L));
            expected.addAll(loops.encode("the"));
            expected.add(4L);
            expected.addAll(loops.encode(" leaks"));
            expected.add(2L);
            assertThat(Arrays.stream(ids).boxed().toList()).isEqualTo(expected);
        }
    }

    @Test
    void placesLeaveOutTheSpaceThatATokenBegins() {
        BytePairLoops loops = learnt(4, ROBERTA);
        String text = "the pump isn't  東京 pump";
        try (Tokenizer tokenizer = open(loops, "{}")) {
            for (Token token : tokenizer.encode(text).tokens()) {
                String part = text.substring(token.start(), token.end());
                String written = tokenizer.decode(new long[] {token.id()}, true);
                if (!token.added() && !written.contains("\uFFFD") && !written.isBlank()) {
                    assertThat(part).isEqualTo(written.strip());
                }
            }
            assertThat(tokenizer.encode(text).size()).isGreaterThan(8);
        }
    }

    @Test
    void aSpaceMayBePutBeforeEveryText() {
        BytePairLoops loops = learnt(5, ROBERTA);
        try (Tokenizer tokenizer = open(loops, "{\"add_prefix_space\":true}")) {
            List<Long> expected = new ArrayList<>(List.of(0L));
            expected.addAll(loops.encode(" pump leaks"));
            expected.add(2L);

            assertThat(Arrays.stream(tokenizer.encode("pump leaks").ids())
                            .boxed()
                            .toList())
                    .isEqualTo(expected);
        }
    }
}
