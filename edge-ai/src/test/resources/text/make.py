"""Makes the folders beside this file: small models with random weights, tokenizers trained on made-up sentences, and the
answers of transformers' pipelines. Run with the versions named in README.md: python make.py"""
import json
import os
import random
import shutil

import torch
import transformers as T
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
RANDOM = random.Random(5)
WORDS = ("the a store milk bread is sold to London Paris from John Müller café naïve good bad terrible machine broke down "
         "300 €5 n't re-opened 日本 東京 😀 👍🏽 price, rises. why? (because) ACME").split()
CORPUS = [" ".join(RANDOM.choice(WORDS) for _ in range(RANDOM.randint(3, 12))) for _ in range(300)]
TEXTS = [" ".join(RANDOM.choice(WORDS) for _ in range(RANDOM.randint(2, 9))) for _ in range(12)]
ODD = ["", " leading and  double ", "newline\nand\ttab", "UPPER MiXeD", "a\u0301 combining", "unseen zzz ☃"]
BERT = dict(unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
ROBERTA = dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>", cls_token="<s>", sep_token="</s>",
               mask_token="<mask>")
SIZES = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=10, max_position_embeddings=70)


def word_pieces():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=120, special_tokens=[
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                                                     special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    names = ["input_ids", "token_type_ids", "attention_mask"]
    return T.PreTrainedTokenizerFast(tokenizer_object=t, model_max_length=64, model_input_names=names, **BERT)


def bytes_in_pairs():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=320, initial_alphabet=t.pre_tokenizer.alphabet(),
                                                      special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return T.PreTrainedTokenizerFast(tokenizer_object=t, model_max_length=64, **ROBERTA)


def unigrams():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=120, unk_token="<unk>", special_tokens=[
        "<s>", "<pad>", "</s>", "<unk>", "<mask>"]))
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
                                                     special_tokens=[("<s>", 0), ("</s>", 2)])
    return T.PreTrainedTokenizerFast(tokenizer_object=t, model_max_length=64, **ROBERTA)


def labels(*names):
    return dict(id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)})


def record(name, seed, model_class, config, tokenizer, task, answers):
    torch.manual_seed(seed)
    model = model_class(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.4)
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    items = answers(lambda **settings: T.pipeline(task, model=model, tokenizer=tokenizer, device="cpu", **settings))
    with open(os.path.join(folder, "answers.json"), "w") as file:
        json.dump(items, file, indent=1, default=float)


def entities(pipeline):
    items = []
    for aggregation in ["none", "simple", "first", "average", "max"]:
        ask = pipeline(aggregation_strategy=aggregation)
        for text in TEXTS + ODD:
            found = [dict(label=e.get("entity_group", e.get("entity")), score=e["score"], start=e["start"], end=e["end"])
                     for e in ask(text)]
            items.append(dict(text=text, aggregation=aggregation, entities=found))
    return items


def fills(pipeline):
    ask, items = pipeline(), []
    for text in TEXTS:
        words = text.split(" ")
        words[RANDOM.randrange(len(words))] = "<mask>"
        items.append(dict(text=" ".join(words), fills=[dict(token=f["token"], score=f["score"])
                                                       for f in ask(" ".join(words))]))
    return items


def hypotheses(pipeline):
    ask, items, names = pipeline(), [], ["milk", "London", "bad machine"]
    for text in TEXTS:
        for several in (False, True):
            found = ask(text, candidate_labels=names, multi_label=several)
            items.append(dict(text=text, several=several, scores=dict(zip(found["labels"], found["scores"]))))
    return items


def classes(texts):
    return lambda pipeline: [dict(text=text, labels=pipeline()(text, top_k=None)) for text in texts]


pieces, pairs, grams = word_pieces(), bytes_in_pairs(), unigrams()
record("entities", 1, T.BertForTokenClassification,
       T.BertConfig(vocab_size=len(pieces), **SIZES, **labels("O", "B-PER", "I-PER", "B-LOC", "I-LOC")), pieces,
       "token-classification", entities)
record("fills", 2, T.RobertaForMaskedLM,
       T.RobertaConfig(vocab_size=len(pairs), pad_token_id=1, type_vocab_size=1, **SIZES), pairs, "fill-mask", fills)
record("hypotheses", 3, T.XLMRobertaForSequenceClassification,
       T.XLMRobertaConfig(vocab_size=len(grams), pad_token_id=1, type_vocab_size=1, **SIZES,
                          **labels("contradiction", "neutral", "entailment")), grams,
       "zero-shot-classification", hypotheses)
record("hypotheses-of-pairs", 4, T.BertForSequenceClassification,
       T.BertConfig(vocab_size=len(pieces), **SIZES, **labels("entailment", "neutral", "contradiction")), pieces,
       "zero-shot-classification", hypotheses)
record("classes", 5, T.GPT2ForSequenceClassification,
       T.GPT2Config(vocab_size=len(pairs), n_embd=8, n_layer=1, n_head=2, n_positions=70, pad_token_id=1, bos_token_id=0,
                    eos_token_id=2, **labels("A", "B", "C")), pairs,
       "text-classification", classes([text for text in TEXTS + ODD if text]))
record("several-classes", 6, T.BertForSequenceClassification,
       T.BertConfig(vocab_size=len(pieces), problem_type="multi_label_classification", **SIZES, **labels("A", "B", "C")),
       pieces, "text-classification", classes(TEXTS + ODD))
