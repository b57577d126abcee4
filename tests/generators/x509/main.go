// Writes tests/vectors/x509.jsonl: what Go makes of PEM, certificates and keys.
//
//	GODEBUG=rsa1024min=0 go run . 60 > ../../vectors/x509.jsonl
//
// The number is how many mutated inputs follow those that are made by hand. Each line is
// {"in": {"op", "a", "b"}, "out": {...}} with a and b in base64. The operations:
//
//	pair         tls.X509KeyPair of a certificate (a) and a key (b)
//	authorities  CertPool.AppendCertsFromPEM: ok, how many certificates, the end of the last one
//	public       a public key as sigstore's UnmarshalPEMToPublicKey and LoadVerifier take it
//	store        x509.ParseCertificates as source-controller's notation trust store calls it
//
// Keys are new each time, and small: they sign nothing.
package main

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	mrand "math/rand/v2"
	"os"
	"strconv"
	"time"
)

type in struct {
	Op string `json:"op"`
	A  string `json:"a"`           // base64
	B  string `json:"b,omitempty"` // base64
}

var enc = json.NewEncoder(os.Stdout)

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func answer(op string, a, b []byte) any {
	switch op {
	case "pair":
		_, err := tls.X509KeyPair(a, b)
		if err != nil {
			return map[string]any{"ok": false, "error": err.Error()}
		}
		return map[string]any{"ok": true}
	case "authorities":
		n := 0
		var last *x509.Certificate
		rest := a
		for {
			var blk *pem.Block
			blk, rest = pem.Decode(rest)
			if blk == nil {
				break
			}
			if blk.Type != "CERTIFICATE" || len(blk.Headers) != 0 {
				continue
			}
			c, err := x509.ParseCertificate(blk.Bytes)
			if err == nil {
				n++
				last = c
			}
		}
		ok := x509.NewCertPool().AppendCertsFromPEM(a)
		m := map[string]any{"ok": ok, "count": n}
		if last != nil {
			m["notAfter"] = last.NotAfter.Unix()
		}
		return m
	case "public":
		if err := checkPublicKey(a); err != nil {
			return map[string]any{"ok": false, "error": err.Error()}
		}
		return map[string]any{"ok": true}
	case "store":
		raw := a
		if blk, _ := pem.Decode(raw); blk != nil {
			raw = blk.Bytes
		}
		cs, err := x509.ParseCertificates(raw)
		if err != nil {
			return map[string]any{"ok": false, "error": err.Error()}
		}
		return map[string]any{"ok": true, "count": len(cs)}
	}
	panic(op)
}

// checkPublicKey takes and refuses what sigstore 1.10 does, in its words.
func checkPublicKey(text []byte) error {
	block, _ := pem.Decode(text)
	if block == nil {
		return errors.New("PEM decoding failed")
	}
	var key crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return fmt.Errorf("unknown Public key PEM file type: %v. Are you passing the correct public key?", block.Type)
	}
	if err != nil {
		return err
	}
	switch key.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		return nil
	}
	return errors.New("unsupported public key type")
}

func emit(op string, a, b []byte) {
	i := in{Op: op, A: b64(a)}
	if op == "pair" {
		i.B = b64(b)
	}
	enc.Encode(map[string]any{"in": i, "out": answer(op, a, b)})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func p(t string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: t, Bytes: b}) }

func cert(k crypto.Signer, ca bool, after time.Time) []byte {
	t := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: after, IsCA: ca, BasicConstraintsValid: true}
	return must(x509.CreateCertificate(rand.Reader, t, t, k.Public(), k))
}

func main() {
	mutations := 0
	if len(os.Args) > 1 {
		mutations, _ = strconv.Atoi(os.Args[1])
	}
	r := mrand.New(mrand.NewPCG(1, 2))
	type pair struct{ cert, key []byte }
	var pairs []pair
	var certs, keys, publics [][]byte
	after := []time.Time{time.Date(2034, 2, 28, 12, 30, 45, 0, time.UTC), time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2150, 3, 1, 0, 0, 0, 0, time.UTC)}
	for round := 0; round < 2; round++ {
		rk := must(rsa.GenerateKey(rand.Reader, 1024))
		signers := []crypto.Signer{rk}
		for _, c := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
			signers = append(signers, must(ecdsa.GenerateKey(c, rand.Reader)))
		}
		_, ed, _ := ed25519.GenerateKey(rand.Reader)
		signers = append(signers, ed)
		for i, s := range signers {
			c := p("CERTIFICATE", cert(s, i%2 == 0, after[i%3]))
			k8 := p("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(s)))
			certs = append(certs, c)
			keys = append(keys, k8)
			pairs = append(pairs, pair{c, k8})
			if e, ok := s.(*ecdsa.PrivateKey); ok {
				k := p("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(e)))
				keys = append(keys, k)
				pairs = append(pairs, pair{c, k})
			}
			publics = append(publics, p("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(s.Public()))))
		}
		k1 := p("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rk))
		keys = append(keys, k1)
		pairs = append(pairs, pair{certs[len(certs)-6], k1})
		encKey := must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rk), []byte("x"), x509.PEMCipherAES256))
		keys = append(keys, pem.EncodeToMemory(encKey))
		pairs = append(pairs, pair{certs[len(certs)-6], pem.EncodeToMemory(encKey)})
		publics = append(publics, p("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rk.PublicKey)))
		xk := must(ecdh.X25519().GenerateKey(rand.Reader))
		publics = append(publics, p("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(xk.Public()))))
		keys = append(keys, p("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(xk))))
		if round == 0 {
			publics = append(publics, []byte("ssh-ed25519 AAAAC3 me@host\n"), []byte{}, []byte("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"))
		}
	}
	cat := func(bs ...[]byte) []byte {
		var o []byte
		for _, b := range bs {
			o = append(o, b...)
		}
		return o
	}
	for _, x := range pairs {
		emit("pair", x.cert, x.key)
	}
	for i := range pairs {
		emit("pair", pairs[i].cert, pairs[(i+3)%len(pairs)].key)
		emit("pair", pairs[i].cert, pairs[(i+10)%len(pairs)].key)
	}
	emit("pair", pairs[0].key, pairs[0].cert)
	emit("pair", pairs[0].cert, pairs[0].cert)
	emit("pair", cat(pairs[0].key, pairs[0].cert), cat(pairs[0].cert, pairs[0].key))
	emit("pair", cat(publics[0], pairs[0].key), pairs[0].key)
	emit("pair", pairs[0].cert, cat(publics[0], pairs[0].cert))
	emit("pair", []byte("x"), []byte("y"))
	emit("pair", pairs[0].cert, []byte("y"))
	emit("pair", p("CERTIFICATE", []byte{0x30, 3, 1, 1}), pairs[0].key)
	emit("pair", pairs[0].cert, p("PRIVATE KEY", []byte{0x30, 3, 1, 1}))
	for i, k := range keys {
		emit("pair", certs[i%len(certs)], k)
	}
	for _, c := range certs {
		emit("authorities", c, nil)
		emit("store", c, nil)
		blk, _ := pem.Decode(c)
		emit("authorities", blk.Bytes, nil)
		emit("store", blk.Bytes, nil)
		emit("store", cat(blk.Bytes, blk.Bytes), nil)
	}
	emit("authorities", cat(certs[0], []byte("# comment\r\n"), certs[1], publics[0], p("CERTIFICATE", []byte("no")), certs[2]), nil)
	emit("authorities", cat(certs[0], certs[1]), nil)
	emit("authorities", []byte("not a certificate"), nil)
	emit("authorities", nil, nil)
	emit("store", nil, nil)
	emit("store", cat(certs[0], certs[1]), nil)
	emit("store", publics[0], nil)
	emit("store", []byte("nothing"), nil)
	for _, k := range publics {
		emit("public", k, nil)
	}
	for _, k := range append(keys[:3:3], certs[:2]...) {
		emit("public", k, nil)
	}
	emit("public", cat(publics[0], certs[0]), nil)
	emit("public", cat(certs[0], publics[0]), nil)
	all := append(append(append([][]byte{}, certs...), keys...), publics...)
	mutate := func(b []byte) []byte {
		o := append([]byte{}, b...)
		n := 1 + r.IntN(3)
		for ; n > 0; n-- {
			if len(o) == 0 {
				return o
			}
			switch r.IntN(9) {
			case 0:
				o[r.IntN(len(o))] = byte(r.IntN(256))
			case 1:
				i := r.IntN(len(o))
				o = append(o[:i:i], o[min(len(o), i+1+r.IntN(4)):]...)
			case 2:
				i := r.IntN(len(o))
				o = cat(o[:i], []byte{[]byte(" \t\r\n-:=A")[r.IntN(8)]}, o[i:])
			case 3:
				o = cat(o, all[r.IntN(len(all))])
			case 4:
				o = o[:r.IntN(len(o)+1)]
			case 5:
				o = cat([]byte("\n-----BEGIN X-----\n"), o)
			case 6: // DER mutation
				blk, rest := pem.Decode(o)
				if blk != nil && len(blk.Bytes) > 0 {
					k := r.IntN(2)
					for ; k >= 0; k-- {
						blk.Bytes[r.IntN(min(len(blk.Bytes), 400))] = byte(r.IntN(256))
					}
					if r.IntN(3) == 0 {
						blk.Headers = map[string]string{"A": "b"}
					}
					o = cat(pem.EncodeToMemory(blk), rest)
				}
			case 7:
				blk, rest := pem.Decode(o)
				if blk != nil && len(blk.Bytes) > 0 {
					i := r.IntN(len(blk.Bytes))
					blk.Bytes = blk.Bytes[:i]
					o = cat(pem.EncodeToMemory(blk), rest)
				}
			case 8:
				blk, rest := pem.Decode(o)
				if blk != nil {
					blk.Type = []string{"CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY", "X PRIVATE KEY", "TRUSTED CERTIFICATE"}[r.IntN(5)]
					o = cat(pem.EncodeToMemory(blk), rest)
				}
			}
		}
		return o
	}
	for i := 0; i < mutations; i++ {
		switch r.IntN(4) {
		case 0:
			x := pairs[r.IntN(len(pairs))]
			if r.IntN(2) == 0 {
				emit("pair", mutate(x.cert), x.key)
			} else {
				emit("pair", x.cert, mutate(x.key))
			}
		case 1:
			emit("authorities", mutate(certs[r.IntN(len(certs))]), nil)
		case 2:
			emit("public", mutate(publics[r.IntN(len(publics))]), nil)
		case 3:
			emit("store", mutate(certs[r.IntN(len(certs))]), nil)
		}
	}
}
