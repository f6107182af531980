package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.text.Encoding.Token;
import io.edgeai.core.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tokenizer.json of the kind made from SentencePiece: the likeliest cut of each word, against trying all cuts. */
class UnigramPropertyTest {
    private static final String SPACE = "▁";

    @TempDir
    Path folder;

    @BeforeEach
    void natives() {
        Natives.assumeHere();
    }

    /** Every letter, and some pieces of up to four, with a log probability each. */
    private static Map<String, Double> pieces(Random random) {
        Map<String, Double> pieces = new LinkedHashMap<>();
        pieces.put("<unk>", 0.0);
        pieces.put(SPACE, -4 - random.nextDouble());
        for (char letter = 'a'; letter <= 'e'; letter++) {
            pieces.put(String.valueOf(letter), -5 - 2 * random.nextDouble());
        }
        for (int i = 0; i < 40; i++) {
            String piece = word(random, 4);
            pieces.putIfAbsent(random.nextBoolean() ? piece : SPACE + piece, -4 - 6 * random.nextDouble());
        }
        return pieces;
    }

    private static String word(Random random, int longest) {
        StringBuilder word = new StringBuilder();
        for (int i = 1 + random.nextInt(longest); i > 0; i--) {
            word.append((char) ('a' + random.nextInt(5)));
        }
        return word.toString();
    }

    private Tokenizer open(Map<String, Double> pieces) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
        for (String absent : List.of("truncation", "padding", "normalizer", "post_processor")) {
            json.putNull(absent);
        }
        json.putArray("added_tokens");
        for (String part : List.of("pre_tokenizer", "decoder")) {
            json.putObject(part)
                    .put("type", "Metaspace")
                    .put("replacement", SPACE)
                    .put("prepend_scheme", "always")
                    .put("split", true);
        }
        ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 0);
        ArrayNode vocabulary = model.putArray("vocab");
        pieces.forEach((piece, score) -> vocabulary.addArray().add(piece).add(score));
        model.put("byte_fallback", false);
        return Natives.open(Natives.write(folder, "tokenizer.json", json.toString()));
    }

    /** The cut whose pieces' log probabilities add up to the most. */
    private static List<String> byTryingAll(String word, Map<String, Double> pieces) {
        List<String> best = List.of();
        double most = Double.NEGATIVE_INFINITY;
        for (int cuts = 0; cuts < 1 << (word.length() - 1); cuts++) {
            List<String> parts = new ArrayList<>();
            double sum = 0;
            int from = 0;
            for (int i = 1; i <= word.length(); i++) {
                if (i == word.length() || (cuts >> (i - 1) & 1) == 1) {
                    String part = word.substring(from, i);
                    sum += pieces.getOrDefault(part, Double.NEGATIVE_INFINITY);
                    parts.add(part);
                    from = i;
                }
            }
            if (sum > most) {
                most = sum;
                best = parts;
            }
        }
        return best;
    }

    @Test
    void eachWordIsCutAsIsLikeliest() {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            Map<String, Double> pieces = pieces(random);
            try (Tokenizer tokenizer = open(pieces)) {
                for (int i = 0; i < 10; i++) {
                    String text = word(random, 8) + " " + word(random, 8) + " " + word(random, 8);
                    List<String> expected = new ArrayList<>();
                    for (String word : text.split(" ")) {
                        expected.addAll(byTryingAll(SPACE + word, pieces));
                    }

                    List<Token> tokens = tokenizer.encode(text).tokens();

                    assertThat(tokens.stream().map(Token::text).toList())
                            .as("seed %d, text %d (%s)", seed, i, text)
                            .isEqualTo(expected);
                    assertThat(tokenizer.decode(
                                    tokens.stream().mapToLong(Token::id).toArray(), true))
                            .isEqualTo(text);
                    for (Token token : tokens) {
                        assertThat(tokenizer.id(token.text())).hasValue(token.id());
                        assertThat(tokenizer.token(token.id())).contains(token.text());
                    }
                }
            }
        }
    }
}
