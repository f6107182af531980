package io.edgeai.core.text.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ids, special tokens and steps a folder with a SentencePiece file only gets. */
class SentencePieceFilesTest {
    @TempDir
    Path folder;

    private SentencePieceFilesTest file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    private static PieceFile fairseq() {
        return new PieceFile()
                .piece("<unk>", 0, 2)
                .piece("<s>", 0, 3)
                .piece("</s>", 0, 3)
                .piece("\u2581oil", -3, 1)
                .piece("s", -2.5, 1)
                .trainer(1, false);
    }

    private static PieceFile brackets() {
        return new PieceFile()
                .piece("[PAD]", 0, 3)
                .piece("[CLS]", 0, 3)
                .piece("[SEP]", 0, 3)
                .piece("[UNK]", 0, 2)
                .piece("1,", -4, 1)
                .piece("a,", -4, 1)
                .piece("old", -5, 5)
                .piece("°C", 0, 4);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(TokenizerSource.read(folder).json());
    }

    private Vocabulary vocabulary() {
        return Vocabulary.of(TokenizerSource.read(folder));
    }

    @Test
    void idsOfXlmRobertaAreOneBehindTheFile() throws IOException {
        fairseq().write(folder.resolve("sentencepiece.bpe.model"));
        file("config.json", "{\"model_type\":\"xlm-roberta\"}");

        Vocabulary ids = vocabulary();

        assertThat(ids.id("<s>")).hasValue(0);
        assertThat(ids.id("<pad>")).hasValue(1);
        assertThat(ids.id("</s>")).hasValue(2);
        assertThat(ids.id("<unk>")).hasValue(3);
        assertThat(ids.id("\u2581oil")).hasValue(4);
        assertThat(ids.id("<mask>")).hasValue(6);
        assertThat(json().path("model").path("unk_id").asInt()).isEqualTo(3);
    }

    @Test
    void idsOfCamembertAreFourBehindTheFile() throws IOException {
        fairseq().write(folder.resolve("sentencepiece.bpe.model"));
        file("tokenizer_config.json", "{\"tokenizer_class\":\"CamembertTokenizer\"}");

        Vocabulary ids = vocabulary();

        assertThat(ids.id("<s>NOTUSED")).hasValue(0);
        assertThat(ids.id("<unk>")).hasValue(3);
        assertThat(ids.id("<s>")).hasValue(5);
        assertThat(ids.id("</s>")).hasValue(6);
        assertThat(ids.id("\u2581oil")).hasValue(7);
        assertThat(ids.id("<mask>")).hasValue(9);
    }

    /** Without a word about the model, the file's name and pieces tell. */
    @ParameterizedTest
    @CsvSource({"sentencepiece.bpe.model, <mask>, 6", "spiece.model, <extra_id_99>, 5", "spm.model, '', 0"})
    void aBareFileIsReadAsIsUsualForItsName(String name, String last, int id) throws IOException {
        fairseq().write(folder.resolve(name));
        if (last.isEmpty()) {
            assertThatThrownBy(this::json).hasMessageContaining("without a mapping");
        } else {
            assertThat(vocabulary().id(last)).hasValue(id);
        }
    }

    @Test
    void whatTheFileLacksComesBehindIt() throws IOException {
        brackets().write(folder.resolve("spm.model"));

        Vocabulary ids = vocabulary();

        assertThat(ids.id("[MASK]")).hasValue(8);
        assertThat(ids.size()).isEqualTo(9);
        JsonNode added = json().path("added_tokens");
        assertThat(added.findValuesAsText("content"))
                .containsExactly("[PAD]", "[CLS]", "[SEP]", "[UNK]", "°C", "[MASK]");
        assertThat(added.path(4).path("special").asBoolean()).isFalse();
    }

    @Test
    void statedIdsAreKeptAndGapsStayFree() throws IOException {
        brackets().write(folder.resolve("spm.model"));
        file(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\":{\"10\":{\"content\":\"[MASK]\",\"lstrip\":true,\"special\":true},"
                        + "\"11\":{\"content\":\"<pump>\",\"single_word\":true}}}");

        Vocabulary ids = vocabulary();
        JsonNode added = json().path("added_tokens");

        assertThat(ids.id("[MASK]")).hasValue(10);
        assertThat(ids.id("<pump>")).hasValue(11);
        assertThat(json().path("model").path("vocab")).hasSize(10);
        assertThat(added.path(5).toString())
                .isEqualTo("{\"id\":10,\"content\":\"[MASK]\",\"single_word\":false,\"lstrip\":true,\"rstrip\":false,"
                        + "\"normalized\":false,\"special\":true}");
        assertThat(added.path(6).path("single_word").asBoolean()).isTrue();
    }

    @Test
    void commasBehindDigitsAndUnusedPiecesAreNotChosen() throws IOException {
        brackets().write(folder.resolve("spiece.model"));
        file("config.json", "{\"model_type\":\"albert\"}");
        file("tokenizer_config.json", "{\"unk_token\":\"[UNK]\",\"pad_token\":\"[PAD]\"}");

        JsonNode vocabulary = json().path("model").path("vocab");

        assertThat(vocabulary.path(4).path(1).asDouble()).isEqualTo(-104);
        assertThat(vocabulary.path(5).path(1).asDouble()).isEqualTo(-4);
        assertThat(vocabulary.path(6).path(1).asDouble()).isEqualTo(-105);
    }

    @Test
    void settingsOfTheFolderGoIntoTheSteps() throws IOException {
        brackets().normalizer(false, true, true).write(folder.resolve("spm.model"));
        file("config.json", "{\"model_type\":\"deberta-v2\"}");
        file("tokenizer_config.json", "{\"do_lower_case\":true,\"split_by_punct\":true}");

        JsonNode json = json();

        assertThat(json.path("normalizer").findValuesAsText("type"))
                .containsExactly("Sequence", "Lowercase", "Replace", "Replace");
        assertThat(json.path("pre_tokenizer").findValuesAsText("type"))
                .containsExactly("Sequence", "Punctuation", "Metaspace");
        assertThat(json.path("pre_tokenizer").findValuesAsText("prepend_scheme"))
                .containsExactly("never");
    }

    /** The highest score first; of one piece the longest left part, as Hugging Face orders them. */
    @Test
    void pairsAreOrderedByTheScoreOfTheirWhole() throws IOException {
        new PieceFile()
                .piece("<unk>", 0, 2)
                .piece("<s>", 0, 3)
                .piece("</s>", 0, 3)
                .piece("ab", -1, 1)
                .piece("abc", -3, 1)
                .piece("bc", -2, 1)
                .piece("a", -4, 1)
                .piece("b", -5, 1)
                .piece("c", -6, 1)
                .trainer(2, false)
                .write(folder.resolve("tokenizer.model"));
        file("config.json", "{\"model_type\":\"llama\"}");

        JsonNode model = json().path("model");

        assertThat(model.path("merges").toString())
                .isEqualTo("[[\"a\",\"b\"],[\"b\",\"c\"],[\"ab\",\"c\"],[\"a\",\"bc\"]]");
        assertThat(model.path("vocab").path("abc").asInt()).isEqualTo(4);
        assertThat(model.path("unk_token").asText()).isEqualTo("<unk>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"words", "suffixes", "spaces", "unused"})
    void whatHasNoMappingIsNamed(String what) {
        PieceFile file = fairseq();
        switch (what) {
            case "words" -> file.trainer(3, false);
            case "suffixes" -> file.trainer(1, true);
            case "spaces" -> file.normalizer(true, true, false);
            default -> file.piece("x", -1, 5).trainer(2, false);
        }
        file.write(folder.resolve("sentencepiece.bpe.model"));

        assertThatThrownBy(this::json)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no mapping")
                .hasMessageContaining("Maybe save it with a fast tokenizer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokenizer_config.json | {\"tokenizer_class\":\"BertJapaneseTokenizer\"} | (BertJapaneseTokenizer)",
                "config.json           | {\"model_type\":\"marian\"}                     | (marian)",
                "added_tokens.json     | {\"<pump>\":4}                                  | (<pump>) with the id (4)",
                "added_tokens.json     | {\"<pump>\":99999999}                           | with the id (99999999)",
                "tokenizer_config.json | {\"added_tokens_decoder\":{\"x\":{}}}           | the id (x)",
                "tokenizer_config.json | {\"unk_token\":\"<what>\",\"tokenizer_class\":\"T5Tokenizer\"} | ",
            })
    void settingsThatDoNotFitAreNamed(String name, String text, String said) throws IOException {
        fairseq().write(folder.resolve("sentencepiece.bpe.model"));
        file(name, text);

        if (said == null) {
            assertThat(vocabulary().id("<what>")).hasValue(105);
        } else {
            assertThatThrownBy(this::json)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(said)
                    .hasMessageContaining("Maybe");
        }
    }

    /** Two thousand damaged files: a typed error, or a tokenizer that is whole. */
    @Test
    void damagedFilesGiveTypedErrors() throws IOException {
        byte[] whole = brackets().trainer(1, false).normalizer(true, true, true).toBytes();
        Path path = folder.resolve("spm.model");
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = seed % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (seed % 2 == 1) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(path, bytes);
            try {
                assertThat(json().path("model").path("vocab").size())
                        .as("seed %d", seed)
                        .isPositive();
            } catch (ModelFormatException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("Maybe");
            }
        }
    }
}
