package io.edgeai.core.text.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a folder make its tokenizer, and how it travels. */
class TokenizerSourceTest {
    private static final String VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\noil\n##s\n";
    private static final String BYTES =
            "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"a\":4,\"b\":5,\"ab\":6,\"<mask>\":7,\"<|endoftext|>\":8}";

    @TempDir
    Path folder;

    private TokenizerSourceTest file(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return this;
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(TokenizerSource.read(folder).json());
    }

    @Test
    void aTokenizerJsonIsTakenAsItIs() throws IOException {
        String text = "{\"model\": {\"type\":\"WordPiece\",\"vocab\":{\"[MASK]\":4}}, \"added_tokens\":"
                + "[{\"content\":\"[MASK]\"},{\"content\":\"<pad>\"}] }";
        file("tokenizer.json", text).file("vocab.txt", VOCABULARY);

        TokenizerSource source = TokenizerSource.read(folder);

        assertThat(source.json()).isEqualTo(text);
        assertThat(source.special().byRole()).containsOnly(Map.entry("mask", "[MASK]"), Map.entry("pad", "<pad>"));
        assertThat(source.maxTokens()).isZero();
        assertThat(TokenizerSource.isIn(folder)).isTrue();
    }

    @Test
    void statedTokensComeBeforeUsualOnes() throws IOException {
        file("tokenizer.json", "{\"model\":{},\"added_tokens\":[{\"content\":\"[MASK]\"}]}");
        file("tokenizer_config.json", "{\"mask_token\":{\"content\":\"<m>\",\"lstrip\":true},\"pad_token\":null}");
        file("special_tokens_map.json", "{\"mask_token\":\"<other>\",\"pad_token\":\"<p>\"}");

        SpecialTokens special = TokenizerSource.read(folder).special();

        assertThat(special.mask()).contains("<m>");
        assertThat(special.pad()).contains("<p>");
        assertThat(special.role("cls")).isEmpty();
    }

    /** The least limit counts; positions of RoBERTa's kin begin behind padding. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"max_position_embeddings\":512}                                             | {} | {} | 512",
                "{\"max_position_embeddings\":514,\"model_type\":\"roberta\",\"pad_token_id\":1} | {} | {} | 512",
                "{\"max_position_embeddings\":514,\"model_type\":\"mpnet\"}                     | {} | {} | 512",
                "{\"n_positions\":1024,\"model_type\":\"gpt2\"}                                | {} | {} | 1024",
                "{\"max_position_embeddings\":512} | {\"model_max_length\":128}                | {} | 128",
                "{\"max_position_embeddings\":512} | {\"model_max_length\":1e30}               | {} | 512",
                "{\"max_position_embeddings\":512} | {} | {\"max_seq_length\":256}             | 256",
                "{} | {} | {} | 0",
            })
    void theLeastLimitCounts(String config, String tokenizer, String sentences, int expected) throws IOException {
        file("tokenizer.json", "{\"model\":{}}").file("config.json", config).file("tokenizer_config.json", tokenizer);
        file("sentence_bert_config.json", sentences);

        assertThat(TokenizerSource.read(folder).maxTokens()).isEqualTo(expected);
    }

    @Test
    void vocabTxtBecomesAWordPieceTokenizer() throws IOException {
        file("vocab.txt", VOCABULARY.replace("\n", "\r\n")).file("tokenizer_config.json", "{}");

        JsonNode json = json();

        assertThat(json.path("model").path("vocab").path("##s").asInt()).isEqualTo(6);
        assertThat(json.path("model").path("vocab").size()).isEqualTo(7);
        assertThat(json.path("normalizer").toString())
                .isEqualTo("{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
                        + "\"strip_accents\":null,\"lowercase\":true}");
        assertThat(json.path("post_processor").toString())
                .isEqualTo("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}");
        assertThat(json.path("added_tokens").findValuesAsText("content"))
                .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    }

    @Test
    void settingsOfTheFolderGoIntoTheNormalizer() throws IOException {
        file("vocab.txt", VOCABULARY);
        file(
                "tokenizer_config.json",
                "{\"do_lower_case\":false,\"strip_accents\":true,\"tokenize_chinese_chars\":false,"
                        + "\"tokenizer_class\":\"DistilBertTokenizer\"}");

        assertThat(json().path("normalizer").toString())
                .contains("\"handle_chinese_chars\":false", "\"strip_accents\":true", "\"lowercase\":false");
    }

    @Test
    void mpnetJoinsPairsByTwoEndsOfOneType() throws IOException {
        file("vocab.txt", "<s>\n<pad>\n</s>\n[UNK]\noil\n<mask>\n").file("config.json", "{\"model_type\":\"mpnet\"}");

        JsonNode pair = json().path("post_processor").path("pair");

        assertThat(pair.findValuesAsText("id")).containsExactly("<s>", "A", "</s>", "</s>", "B", "</s>");
        assertThat(pair.findValuesAsText("type_id")).containsOnly("0");
    }

    @ParameterizedTest
    @CsvSource({
        "RobertaTokenizer, '', RobertaProcessing",
        "GPT2TokenizerFast, '', ByteLevel",
        "'', roberta, RobertaProcessing",
        "'', gpt2, ByteLevel",
        "'', '', RobertaProcessing"
    })
    void bytePairsAreLaidOutAsTheirModelReadsThem(String kind, String type, String layout) throws IOException {
        file("vocab.json", BYTES).file("merges.txt", "#version: 0.2\na b\n");
        file("tokenizer_config.json", kind.isEmpty() ? "{}" : "{\"tokenizer_class\":\"" + kind + "\"}");
        file("config.json", type.isEmpty() ? "{}" : "{\"model_type\":\"" + type + "\"}");

        JsonNode json = json();

        assertThat(json.path("post_processor").path("type").asText()).isEqualTo(layout);
        assertThat(json.path("model").path("merges").toString()).isEqualTo("[[\"a\",\"b\"]]");
        assertThat(TokenizerSource.read(folder).special().mask().isPresent())
                .isEqualTo(layout.equals("RobertaProcessing"));
    }

    @Test
    void addedTokensGetTheirIds() throws IOException {
        file("vocab.txt", VOCABULARY).file("added_tokens.json", "{\"<pump>\":7,\"<hall>\":8}");

        JsonNode added = json().path("added_tokens");

        assertThat(added.path(5).toString())
                .isEqualTo("{\"id\":7,\"content\":\"<pump>\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
                        + "\"normalized\":false,\"special\":false}");
        Vocabulary vocabulary = Vocabulary.of(TokenizerSource.read(folder));
        assertThat(vocabulary.id("<hall>")).hasValue(8);
        assertThat(vocabulary.token(5)).contains("oil");
        assertThat(vocabulary.token(9)).isEmpty();
        assertThat(vocabulary.size()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model"})
    void whatOnlyBearsTheNameOfSentencePieceIsNamedWithTheRepair(String name) throws IOException {
        file(name, "binary");

        assertThat(TokenizerSource.isIn(folder)).isTrue();
        assertThatThrownBy(() -> TokenizerSource.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(name + ") is no SentencePiece model")
                .hasMessageContaining("Maybe fetch it again");
    }

    /** Each case is a file and its text beside a good vocab.txt or vocab.json, and part of what is said. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokenizer.json        | {\"added_tokens\":[]}                       | has no model",
                "tokenizer.json        | {\"model\":                                 | no readable JSON",
                "tokenizer_config.json | {\"tokenizer_class\":\"BertJapaneseTokenizer\"} | (BertJapaneseTokenizer)",
                "tokenizer_config.json | {\"cls_token\":\"[START]\"}                 | no token ([START])",
                "vocab.txt             | oil                                         | has no token (",
                "added_tokens.json     | {\"x\":\"seven\"}                           | (\"seven\"), no whole number",
            })
    void damagedFoldersAreRefused(String name, String text, String said) throws IOException {
        file("vocab.txt", VOCABULARY).file(name, text);

        assertThatThrownBy(() -> TokenizerSource.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(said)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vocab.json            | {\"a\":\"x\"}                          | token (a) the id",
                "merges.txt            | a b c                                  | Line 1 of",
                "merges.txt            | alone                                  | (alone), no pair",
                "tokenizer_config.json | {\"tokenizer_class\":\"CLIPTokenizer\"} | (CLIPTokenizer)",
            })
    void damagedBytePairsAreRefused(String name, String text, String said) throws IOException {
        file("vocab.json", BYTES).file("merges.txt", "a b\n").file(name, text);

        assertThatThrownBy(() -> TokenizerSource.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(said)
                .hasMessageContaining("Maybe");
    }

    @Test
    void aFolderWithoutATokenizerIsRefused() throws IOException {
        file("config.json", "{}").file("merges.txt", "a b");

        assertThat(TokenizerSource.isIn(folder)).isFalse();
        assertThatThrownBy(() -> TokenizerSource.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds no tokenizer")
                .hasMessageContaining("Maybe fetch those files");
    }

    @Test
    void itTravelsInMetadata() throws IOException {
        file("vocab.txt", VOCABULARY).file("config.json", "{\"max_position_embeddings\":64}");
        TokenizerSource source = TokenizerSource.read(folder);
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("other", "stays"));

        assertThat(source.writeTo(metadata)).isTrue();

        assertThat(TokenizerSource.of(metadata)).contains(source);
        assertThat(metadata).hasSize(4).containsEntry("other", "stays").containsEntry("huggingface.max_tokens", "64");
        assertThat(TokenizerSource.of(Map.of("other", "stays"))).isEmpty();
    }

    @Test
    void aTokenizerOfMoreThan32MebibytesStaysBehind() {
        SpecialTokens none = new SpecialTokens(Map.of());
        String most = "é".repeat(16 << 20);
        Map<String, String> metadata = new LinkedHashMap<>();

        assertThat(new TokenizerSource(most + "x", none, 0).writeTo(metadata)).isFalse();
        assertThat(metadata).isEmpty();
        assertThat(new TokenizerSource(most, none, 0).writeTo(metadata)).isTrue();
    }

    @Test
    void damagedMetadataIsRefused() {
        Map<String, String> metadata = Map.of("huggingface.tokenizer", "{}", "huggingface.max_tokens", "many");

        assertThatThrownBy(() -> TokenizerSource.of(metadata))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(many), no number");
        assertThatThrownBy(() -> new TokenizerSource("{}", new SpecialTokens(Map.of()), -1))
                .isInstanceOf(InvalidInputException.class);
    }
}
