package io.edgeai.formats.huggingface;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.formats.emit.Account;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.safetensors.SafetensorsFile;
import io.edgeai.formats.safetensors.SafetensorsFolder;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face folders to ONNX (operator set 17): {@code config.json} says which computation, safetensors or PyTorch
 * files hold its weights. Inputs are named as the tokenizers name their outputs, with open batch and sequence. A folder
 * that already holds {@code model.onnx} or {@code onnx/model.onnx} gives that, with the pooling the folder names behind it. Stateless and thread-safe.
 */
public final class HuggingFaceImporter implements ModelImporter {
    private static final int OPSET = 17;
    private static final String CONFIG = "config.json";

    @Override
    public ModelFormat format() {
        return ModelFormat.HUGGINGFACE;
    }

    private static Map<String, Family> families() {
        Map<String, Family> families = new TreeMap<>();
        families.put("bert", BertFamily.bert());
        families.put("roberta", BertFamily.roberta());
        families.put("xlm-roberta", BertFamily.roberta());
        families.put("camembert", BertFamily.roberta());
        families.put("electra", BertFamily.electra());
        families.put("distilbert", new DistilBertFamily());
        families.put("albert", new AlbertFamily());
        families.put("mpnet", new MpnetFamily());
        families.put("deberta-v2", new DebertaFamily());
        families.put("vit", new VitFamily());
        families.put("gpt2", new Gpt2Family());
        families.put("t5", new T5Family());
        return families;
    }

    /** Every model type with every head, as the guide lists them. */
    static Set<String> coverage() {
        Set<String> all = new TreeSet<>();
        families().forEach((type, family) -> {
            all.add(type + (family.bodyAlone("Model") ? " Model" : " EncoderModel"));
            family.heads().keySet().forEach(head -> all.add(type + " " + head));
        });
        return all;
    }

    @Override
    public ImportedModel read(Path source) {
        Path folder = folder(source);
        return TextFiles.attached(folder, graph(folder));
    }

    private static ImportedModel graph(Path folder) {
        Path ready = ReadyGraphs.in(folder);
        if (ready == null) {
            return convert(folder);
        }
        OnnxGraph own = OnnxReader.read(ready);
        String name = folder.relativize(ready).toString().replace('\\', '/');
        ImportedModel whole = new ImportedModel(
                own, ModelFormat.HUGGINGFACE, "", List.of("the folder's own " + name + " is used as it is"));
        if (!ReadyPooling.missing(folder, own)) {
            return whole;
        }
        if (ReadyPooling.possible(own)) {
            return ReadyPooling.behind(folder, whole);
        }
        if (!Weights.present(folder)) {
            throw new UnsupportedOperatorException("Folder (" + folder + ") names a pooling that its graph (" + name
                    + ") does not compute, and that can only be written behind graphs of operator set 13 to 17 with an"
                    + " attention_mask and a known width. Maybe export it anew, or add the weights.");
        }
        return convert(folder);
    }

    /** The folder of a model, whether it or its weights are named. */
    private static Path folder(Path source) {
        if (Files.isDirectory(source)) {
            return source;
        }
        Path beside = source.toAbsolutePath().resolveSibling(CONFIG);
        boolean main = SafetensorsFolder.SINGLE.equals(String.valueOf(source.getFileName()));
        if (main && Files.isRegularFile(beside)) {
            return source.toAbsolutePath().resolveSibling("");
        }
        int tensors = SafetensorsFile.open(source).entries().size();
        throw new UnsupportedOperatorException("Weights (" + source + ") of format ("
                + ModelFormat.HUGGINGFACE.displayName() + ") are tensors (" + tensors
                + ") without the computation that uses them: they can be inspected, not run. Maybe name the"
                + " folder that holds them together with a config.json.");
    }

    private static ImportedModel convert(Path folder) {
        Problems problems = new Problems();
        if (!Files.isRegularFile(folder.resolve(CONFIG))) {
            throw new ModelFormatException("Folder (" + folder + ") has no config.json, which says what its weights"
                    + " compute. Maybe name another folder.");
        }
        Config config = Config.read(folder.resolve(CONFIG), problems);
        String type = config.text("model_type", "");
        List<String> architectures = config.texts("architectures");
        Family family = families().get(type);
        if (family == null) {
            problems.unsupported(
                    "model_type is (" + type + "); known are " + families().keySet());
            problems.throwIfAny(folder.toString());
            throw new AssertionError(type);
        }
        String architecture = architectures.isEmpty() ? "Model" : architectures.get(0);
        Pooling pooling = Pooling.find(folder, problems);
        // Whoever pools a model takes its body, even where the checkpoint was trained with a head.
        Head head = pooling.present() ? null : head(family, architecture);
        if (head == null && !pooling.present() && !family.bodyAlone(architecture)) {
            problems.unsupported("architectures names (" + architecture + "); of " + type + " there are Model, "
                    + String.join(", ", new TreeSet<>(family.heads().keySet())));
        }
        refuseAll(config, problems);
        if (!Weights.present(folder)) {
            problems.unsupported("it holds no model.safetensors, no pytorch_model.bin and no index of several");
        }
        problems.throwIfAny(folder.toString());
        Weights files = Weights.find(folder);
        return write(folder, family, head, pooling, architecture, config, Objects.requireNonNull(files), problems);
    }

    private static @Nullable Head head(Family family, String architecture) {
        return family.heads().entrySet().stream()
                .filter(each -> architecture.endsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Settings that change what any family computes. */
    private static void refuseAll(Config config, Problems problems) {
        if (config.has("quantization_config")) {
            problems.unsupported("quantization_config: the weights are quantized");
        }
        if (config.node("pruned_heads").size() > 0) {
            problems.unsupported("pruned_heads: single attention heads were removed");
        }
    }

    private static ImportedModel write(
            Path folder,
            Family family,
            @Nullable Head head,
            Pooling pooling,
            String architecture,
            Config config,
            Weights files,
            Problems problems) {
        OnnxGraph graph = OnnxGraph.create(architecture, OPSET);
        Emitter emit = new Emitter(graph);
        Checkpoint weights = new Checkpoint(files, emit, problems);
        Net net = new Net(weights, emit, config, problems);
        String prefix = weights.prefix(family.prefix());
        boolean pooler = head == null ? !pooling.present() : head.needsPooler();
        Encoded encoded = family.body(net, prefix, pooler);
        problems.throwIfAny(folder.toString());
        Account account = new Account();
        account.add(
                config.text("model_type", "") + " body",
                prefix.isEmpty() ? "all weights" : prefix + "*",
                graph.nodes());
        int body = graph.nodes().size();
        if (head != null) {
            head.writer().write(net, encoded);
        } else {
            net.output(
                    encoded.hidden(), "last_hidden_state", Net.BATCH, family.tokens(config), Dim.of(encoded.width()));
            Encoded named = renamed(encoded);
            if (pooling.present()) {
                pooling.write(net, named);
            } else if (encoded.pooled() != null) {
                net.output(
                        encoded.pooled(),
                        "pooler_output",
                        Net.BATCH,
                        Dim.of(family.pooledWidth(config, encoded.width())));
            }
        }
        account.add(
                architecture,
                "architectures",
                graph.nodes().subList(body, graph.nodes().size()));
        List<String> notes = new ArrayList<>();
        notes.add(architecture + " (" + config.text("model_type", "") + ") -> "
                + graph.nodes().size() + " nodes, "
                + graph.outputs().stream().map(o -> o.name()).toList());
        notes.addAll(net.notes);
        notes.addAll(weights.conversions());
        Unused.judge(weights.unused(), prefix, head == null && prefix.isEmpty(), notes, problems);
        problems.throwIfAny(folder.toString());
        describe(graph, config, architecture);
        String version = config.text("transformers_version", "");
        return new ImportedModel(
                graph,
                ModelFormat.HUGGINGFACE,
                version.isEmpty() ? "" : "transformers " + version,
                notes,
                account.report());
    }

    /** The hidden state under the name it has as an output. */
    private static Encoded renamed(Encoded e) {
        return new Encoded(
                "last_hidden_state",
                e.width(),
                e.pooled(),
                e.ids(),
                e.mask(),
                e.embeddings(),
                e.embeddingWidth(),
                e.vocabulary(),
                e.epsilon());
    }

    private static void describe(OnnxGraph graph, Config config, String architecture) {
        Map<String, String> metadata = graph.info().metadata();
        metadata.put("huggingface.model_type", config.text("model_type", ""));
        metadata.put("huggingface.architecture", architecture);
        if (config.has("id2label")) {
            metadata.put("huggingface.id2label", config.node("id2label").toString());
        }
    }
}
