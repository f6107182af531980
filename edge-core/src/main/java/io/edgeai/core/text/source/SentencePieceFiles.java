package io.edgeai.core.text.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.text.source.SentencePieceModel.Piece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A folder's SentencePiece file, of unigrams or pairs, to a {@code tokenizer.json}. Stateless. */
final class SentencePieceFiles {
    static final List<String> NAMES =
            List.of("tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model");
    private static final int MOST_PIECES = 4_000_000;

    private SentencePieceFiles() {}

    /** The folder's SentencePiece file. */
    static Optional<Path> in(Path folder) {
        return NAMES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    static TokenizerSource read(Path folder, Path file, FolderSettings settings) {
        SentencePieceModel model = SentencePieceModel.read(file);
        String name = String.valueOf(file.getFileName());
        SentencePieceFamily family = SentencePieceFamily.of(settings, model, name)
                .orElseThrow(() -> new ModelFormatException("Folder (" + folder + ") has a SentencePiece file (" + name
                        + ") of a tokenizer (" + settings.tokenizerClass() + "Tokenizer) and a model ("
                        + settings.modelType() + ") without a mapping. Maybe save it with a fast tokenizer, which"
                        + " writes tokenizer.json."));
        SpecialTokens special = settings.special().or(family.special());
        Numbered pieces = new Numbered(folder, family.vocabulary(model, special, settings));
        settings.added().forEach(pieces::add);
        special.inOrder().forEach(pieces::append);
        settings.additional().forEach(pieces::append);
        TokenizerJson json = new TokenizerJson(folder.toString(), pieces.ids);
        json.addedTokens(
                pieces.found(Piece.CONTROL, special.inOrder(), settings.additional()),
                pieces.added(settings.added()),
                family.maskTakesSpace() ? special.role("mask").orElse("") : "");
        new SentencePieceText(model, settings).write(json, family);
        family.ends(json, special, settings);
        model(json, model, pieces, special.role("unk").orElseThrow());
        return new TokenizerSource(json.text(), special, settings.maxTokens());
    }

    private static void model(TokenizerJson json, SentencePieceModel model, Numbered pieces, String unknown) {
        int id = json.id(unknown);
        if (!model.pairs()) {
            ObjectNode unigrams = json.part("model", "Unigram").put("unk_id", id);
            ArrayNode vocabulary = unigrams.putArray("vocab");
            pieces.model()
                    .forEach(piece -> vocabulary.addArray().add(piece.text()).add(piece.score()));
            unigrams.put("byte_fallback", model.byteFallback());
            return;
        }
        ObjectNode pairs = json.part("model", "BPE")
                .putNull("dropout")
                .put("unk_token", unknown)
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", true)
                .put("byte_fallback", model.byteFallback());
        json.vocabulary(pairs);
        ArrayNode merges = pairs.putArray("merges");
        PieceMerges.of(pieces.all)
                .forEach(pair -> merges.addArray().add(pair.left()).add(pair.right()));
    }

    /** Pieces by id. */
    private static final class Numbered {
        private final Path folder;
        private final List<Piece> all;
        private final Map<String, Integer> ids = new LinkedHashMap<>();
        private int inModel;

        Numbered(Path folder, List<Piece> pieces) {
            this.folder = folder;
            this.all = new ArrayList<>(pieces);
            this.inModel = pieces.size();
            for (int i = 0; i < pieces.size(); i++) {
                ids.put(pieces.get(i).text(), i);
            }
        }

        /** A token with an id of its own behind the pieces; numbers between stay free. */
        void add(AddedToken token) {
            if (ids.containsKey(token.text())) {
                return;
            }
            if (token.id() < all.size() || token.id() > MOST_PIECES) {
                throw new ModelFormatException("Folder (" + folder + ") adds the token (" + token.text()
                        + ") with the id (" + token.id() + "), where its SentencePiece file has another among "
                        + all.size() + ". Maybe its files come from different models.");
            }
            while (all.size() < token.id()) {
                put("<free_" + all.size() + ">", Piece.UNUSED);
                inModel = all.size();
            }
            put(token.text(), token.special() ? Piece.CONTROL : Piece.UNUSED);
        }

        void append(String token) {
            if (!ids.containsKey(token)) {
                put(token, Piece.CONTROL);
            }
        }

        private void put(String text, int kind) {
            ids.put(text, all.size());
            all.add(new Piece(text, 0, kind));
        }

        /** Those that texts can be cut into; what comes behind is only looked for as it stands. */
        List<Piece> model() {
            return all.subList(0, inModel);
        }

        /** Names of a kind and others, each once. */
        List<String> found(int kind, List<String> one, List<String> other) {
            List<String> names = new ArrayList<>(one);
            names.addAll(other);
            all.stream().filter(piece -> piece.kind() == kind).map(Piece::text).forEach(names::add);
            return names.stream().distinct().toList();
        }

        /** Those added, and the model's own that are never cut. */
        List<AddedToken> added(List<AddedToken> stated) {
            List<AddedToken> tokens = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).kind() == Piece.USER_DEFINED) {
                    tokens.add(AddedToken.plain(all.get(i).text(), i));
                }
            }
            tokens.addAll(stated);
            return tokens;
        }
    }
}
