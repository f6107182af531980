package io.edgeai.core.text.source;

import static io.edgeai.core.text.source.TextEnds.FIRST;
import static io.edgeai.core.text.source.TextEnds.SECOND;

import io.edgeai.core.text.source.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How kinds of models number the pieces of a SentencePiece file, and how they lay texts out. */
enum SentencePieceFamily {
    XLM_ROBERTA(
            Set.of("XLMRoberta"),
            Set.of("xlm-roberta", "xlm-roberta-xl", "xmod"),
            "bos=<s> eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask=<mask>"),
    CAMEMBERT(
            Set.of("Camembert"),
            Set.of("camembert"),
            "bos=<s> eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask=<mask>"),
    ALBERT(
            Set.of("Albert"),
            Set.of("albert"),
            "bos=[CLS] eos=[SEP] unk=<unk> sep=[SEP] pad=<pad> cls=[CLS] mask=[MASK]"),
    BIG_BIRD(
            Set.of("BigBird"),
            Set.of("big_bird"),
            "bos=<s> eos=</s> unk=<unk> sep=[SEP] pad=<pad> cls=[CLS] mask=[MASK]"),
    DEBERTA(
            Set.of("DebertaV2"),
            Set.of("deberta-v2"),
            "bos=[CLS] eos=[SEP] unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]"),
    T5(Set.of("T5", "MT5"), Set.of("t5", "mt5", "umt5", "longt5"), "eos=</s> unk=<unk> pad=<pad>"),
    LLAMA(Set.of("Llama", "CodeLlama"), Set.of("llama", "mistral"), "bos=<s> eos=</s> unk=<unk>");

    private static final double NEVER = 100;

    private final Set<String> tokenizers;
    private final Set<String> models;
    private final SpecialTokens special;

    SentencePieceFamily(Set<String> tokenizers, Set<String> models, String special) {
        this.tokenizers = tokenizers;
        this.models = models;
        this.special = new SpecialTokens(Arrays.stream(special.split(" "))
                .map(role -> role.split("=", 2))
                .collect(Collectors.toMap(role -> role[0], role -> role[1])));
    }

    /** By the tokenizer's class, else the model's type, else what is usual for the file's name and pieces. */
    static Optional<SentencePieceFamily> of(FolderSettings settings, SentencePieceModel model, String file) {
        String kind = settings.tokenizerClass();
        if (!kind.isEmpty() && !kind.equals("PreTrained")) {
            return Arrays.stream(values())
                    .filter(family -> family.tokenizers.contains(kind))
                    .findFirst();
        }
        if (!settings.modelType().isEmpty()) {
            return Arrays.stream(values())
                    .filter(family -> family.models.contains(settings.modelType()))
                    .findFirst();
        }
        boolean likeBert =
                model.pieces().stream().anyMatch(piece -> piece.text().equals("[CLS]"));
        return Optional.ofNullable(
                switch (file) {
                    case "sentencepiece.bpe.model" -> XLM_ROBERTA;
                    case "spiece.model" -> likeBert ? ALBERT : T5;
                    case "spm.model" -> likeBert ? DEBERTA : null;
                    default -> null;
                });
    }

    /** Whether a tokenizer's class is one of these, so that its vocabulary is a SentencePiece file. */
    static boolean hasTokenizer(String kind) {
        return Arrays.stream(values()).anyMatch(family -> family.tokenizers.contains(kind));
    }

    SpecialTokens special() {
        return special;
    }

    /** Whether the token to be guessed takes the space before it along. */
    boolean maskTakesSpace() {
        return special.mask().isPresent() && this != DEBERTA;
    }

    /** The model's pieces in the order of its ids; those with a part to play have no likelihood of their own. */
    List<Piece> vocabulary(SentencePieceModel model, SpecialTokens names, FolderSettings settings) {
        List<Piece> all = new ArrayList<>();
        List<Piece> pieces = model.pieces();
        switch (this) {
            case XLM_ROBERTA -> {
                control(all, names, "bos", "pad", "eos", "unk");
                pieces.stream().skip(3).map(this::usable).forEach(all::add);
                control(all, names, "mask");
            }
            case CAMEMBERT -> {
                all.add(control("<s>NOTUSED"));
                control(all, names, "pad");
                all.add(control("</s>NOTUSED"));
                control(all, names, "unk");
                all.add(control("<unk>NOTUSED"));
                pieces.stream().skip(1).map(this::usable).forEach(all::add);
                control(all, names, "mask");
            }
            case T5 -> {
                pieces.stream().map(this::usable).forEach(all::add);
                for (int i = settings.extraIds() - 1; i >= 0; i--) {
                    all.add(control("<extra_id_" + i + ">"));
                }
            }
            default -> pieces.stream().map(this::usable).forEach(all::add);
        }
        return all;
    }

    private static Piece control(String text) {
        return new Piece(text, 0, Piece.CONTROL);
    }

    private static void control(List<Piece> all, SpecialTokens names, String... roles) {
        for (String role : roles) {
            all.add(control(names.role(role).orElseThrow()));
        }
    }

    /** Pieces that are not to be chosen become too unlikely for it; ALBERT has commas behind digits stand alone. */
    private Piece usable(Piece piece) {
        boolean comma = this == ALBERT && piece.text().matches("(?s).*\\p{Nd},");
        return comma || piece.kind() == Piece.UNUSED
                ? new Piece(piece.text(), piece.score() - NEVER, piece.kind())
                : piece;
    }

    /** Puts the special tokens around one text and around two. */
    void ends(TokenizerJson json, SpecialTokens names, FolderSettings settings) {
        switch (this) {
            case XLM_ROBERTA, CAMEMBERT -> {
                String cls = names.role("cls").orElseThrow();
                String sep = names.role("sep").orElseThrow();
                TextEnds.write(json, List.of(cls, FIRST, sep), List.of(cls, FIRST, sep, sep, SECOND, sep), false);
            }
            case ALBERT, BIG_BIRD, DEBERTA -> {
                String cls = names.role("cls").orElseThrow();
                String sep = names.role("sep").orElseThrow();
                TextEnds.write(json, List.of(cls, FIRST, sep), List.of(cls, FIRST, sep, SECOND, sep), true);
            }
            case T5 -> {
                String eos = names.role("eos").orElseThrow();
                TextEnds.write(json, List.of(FIRST, eos), List.of(FIRST, eos, SECOND, eos), false);
            }
            case LLAMA -> {
                List<String> single = new ArrayList<>(List.of(FIRST));
                List<String> second = new ArrayList<>(List.of(SECOND));
                for (List<String> text : List.of(single, second)) {
                    if (settings.flag("add_bos_token", true)) {
                        text.add(0, names.role("bos").orElseThrow());
                    }
                    if (settings.flag("add_eos_token", false)) {
                        text.add(names.role("eos").orElseThrow());
                    }
                }
                List<String> pair = new ArrayList<>(single);
                pair.addAll(second);
                TextEnds.write(json, single, pair, true);
            }
        }
    }
}
