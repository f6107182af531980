package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.core.text.source.Vocabulary;
import io.edgeai.formats.spi.ImportedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a folder says of texts, found again in the metadata of its graph. */
class TextFilesTest {
    private static final String VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\noil\n";

    @TempDir
    Path folder;

    private static TinyModel bert() {
        return BertOracle.body(140, "bert", "BertModel", "", 12, 2);
    }

    private static Map<String, String> metadata(ImportedModel model) {
        return model.graph().info().metadata();
    }

    @Test
    void aVocabularyTravelsThroughAWrittenFile() throws IOException {
        Files.writeString(folder.resolve("vocab.txt"), VOCABULARY);

        ImportedModel model = bert().imported(folder);

        OnnxGraph again = OnnxReader.read(OnnxWriter.toBytes(model.graph()));
        assertThat(TokenizerSource.of(again.info().metadata())).contains(TokenizerSource.read(folder));
        assertThat(model.notes()).last().isEqualTo("its tokenizer travels in the metadata");
        assertThat(model.report().items()).as("what became of each part").isNotEmpty();
        Path written = folder.resolve("written.onnx");
        OnnxWriter.write(model.graph(), written);
        assertThat(ModelInspector.inspect(written).metadata().get("huggingface.tokenizer"))
                .matches("[0-9]+ characters");
        assertThat(TokenizerSource.of(again.info().metadata()).orElseThrow().maxTokens())
                .isEqualTo(bert().size("max_position_embeddings"));
    }

    @Test
    void aReadyGraphGetsLabelsAndTokenizerToo() throws IOException {
        OnnxGraph ready = bert().imported(folder.resolve("source")).graph();
        OnnxWriter.write(ready, folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("vocab.txt"), VOCABULARY);
        Files.writeString(
                folder.resolve("config.json"),
                "{\"id2label\":{\"0\":\"good\"},\"problem_type\":\"multi_label_classification\"}");

        ImportedModel model = new HuggingFaceImporter().read(folder);

        assertThat(metadata(model))
                .containsEntry("huggingface.id2label", "{\"0\":\"good\"}")
                .containsEntry("huggingface.problem_type", "multi_label_classification")
                .containsKey("huggingface.tokenizer");
    }

    @Test
    void aTokenizerThatCannotTravelIsANote() throws IOException {
        Files.writeString(folder.resolve("spiece.model"), "binary");

        ImportedModel model = bert().imported(folder);

        assertThat(metadata(model)).doesNotContainKey("huggingface.tokenizer");
        assertThat(model.notes())
                .last()
                .asString()
                .startsWith("without its tokenizer: ")
                .contains("SentencePiece");
    }

    /** Three special pieces of fairseq's and one of letters, as sentencepiece_model.proto lays them out. */
    @Test
    void aSentencePieceFileTravelsAsTokenizer() throws IOException {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (String piece : new String[] {"<unk>", "<s>", "</s>", "oil"}) {
            int kind = piece.equals("<unk>") ? 2 : piece.startsWith("<") ? 3 : 1;
            byte[] text = piece.getBytes(StandardCharsets.UTF_8);
            pieces.writeBytes(new byte[] {1 << 3 | 2, (byte) (text.length + 4), 1 << 3 | 2, (byte) text.length});
            pieces.writeBytes(text);
            pieces.writeBytes(new byte[] {3 << 3, (byte) kind});
        }
        Files.write(folder.resolve("sentencepiece.bpe.model"), pieces.toByteArray());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\":\"XLMRobertaTokenizer\"}");

        ImportedModel model = bert().imported(folder);

        assertThat(model.notes()).last().asString().isEqualTo("its tokenizer travels in the metadata");
        TokenizerSource source =
                TokenizerSource.of(model.graph().info().metadata()).orElseThrow();
        assertThat(Vocabulary.of(source).id("oil")).hasValue(4);
        assertThat(source.special().mask()).contains("<mask>");
    }

    @Test
    void aTokenizerOfMoreThan32MebibytesIsLeftOutWithANote() throws IOException {
        String spaces = " ".repeat(TokenizerSource.MOST_METADATA_BYTES);
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{}}}" + spaces);

        ImportedModel model = bert().imported(folder);

        assertThat(metadata(model)).doesNotContainKey("huggingface.tokenizer");
        assertThat(model.notes()).last().asString().contains("33554432 bytes and does not travel");
    }

    @Test
    void withoutATokenizerNothingIsSaid() {
        ImportedModel model = bert().imported(folder);

        assertThat(metadata(model)).doesNotContainKeys("huggingface.tokenizer", "huggingface.max_tokens");
        assertThat(model.notes()).noneMatch(note -> note.contains("tokenizer"));
    }
}
