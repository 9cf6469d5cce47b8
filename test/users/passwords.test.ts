import t from 'tap';
import { isWeakPassword } from '../../src/domains/users/users.passwords.ts';
import { testApp } from '../support/app/app.ts';
import { type Answer, newName, PASSWORD, type ProblemBody } from '../support/client/client.ts';

const KNOWN = { email: 'ada.lovelace@analytical.example', username: 'countess', full_name: 'Ada Byron King' };

/** Passwords that programs guess early, by what is weak about them. */
const WEAK: Record<string, string[]> = {
  'a common one with more': [
    ...[
      'password1234',
      'Password123!',
      'password-2026',
      'letmein2024',
      'iloveyou!!',
      'football99',
      'trustno1!',
    ],
    ...['Welcome1!', 'admin12345', 'changeme123', 'dragon2020', 'Summer2025!', 'my password 1', 'roblox2020'],
  ],
  'letters replaced': ['P@ssw0rd123', 'Pa55word!', 'l3tm31n123', 'm0nk3y123', 'p4$$w0rd1', 'drowssap123'],
  'a walk on a keyboard': [
    ...['qwertyuiop123', '1q2w3e4r5t', 'zaq12wsx', '!QAZ2wsx', 'asdfghjkl;', 'zxcvbnm,./', '123qwe!@#QWE'],
    ...['azertyuiop1', 'qwertz123456', 'йцукенгшщз', 'ασδφγηξκλ', 'ضصثقفغعهخح', 'qwerty йцукен'],
  ],
  'a sequence or a repetition': [
    ...['abcdefghijk', 'ABCdef123456', '87654321', 'aaaaaaaaaaaaaaaaaaaa', 'abcabcabcabc', 'aa11bb22cc33'],
    ...['passwordpassword', '1212121212', 'hunter2hunter2', '        q', '🦊🦊🦊🦊🦊🦊🦊🦊'],
  ],
  'a word with separators': [
    ...[
      'p.a.s.s.w.o.r.d',
      'q-w-e-r-t-y-u',
      '1.2.3.4.5.6.7',
      'p a s s w o r d',
      'l-e-t-m-e-i-n',
      'i_l_o_v_e_y_o_u',
    ],
    ...[
      'pa.ss.wo.rd',
      'p*a*s*s*w*o*r*d*1',
      'c o u n t e s s',
      'A d a K i n g',
      'àdá-lóvelàce-99',
      'm.o.t.d.e.p.a.s.s.e',
    ],
  ],
  'a name, a place or a date': [
    'michael1985',
    'london1990',
    '15081990',
    '1990-08-15',
    '12.12.1212',
    'real madrid',
  ],
  'in other languages': [
    ...[
      'motdepasse123',
      'contraseña1',
      'passwort2024',
      'senha12345',
      'пароль123',
      'наташа1990',
      'александр1',
    ],
    ...['비밀번호1234', '密码123456', 'パスワード1234', 'şifre12345', 'سلام12345', 'ｐａｓｓｗｏｒｄ１'],
  ],
  'what is known of the account': [
    ...[
      'ada.lovelace',
      'AdaLovelace1',
      'lovelace1815',
      'ada@analytical.example',
      'analytical-2026',
      'countess!!',
    ],
    ...['ada.lovelace@analytical.example', 'AdaByronKing', 'king.byron.ada', 'l0v3l4c3-1815', 'ecalevol123'],
  ],
  'the name of the service': [
    'imprint2026',
    'Imprint123!',
    '!imprint2026!',
    'imprintimprint',
    '1mpr1nt-2026',
  ],
};

const STRONG = [
  ...[PASSWORD, 'another long password', 'We climbed nine hills before tea', 'lamp tiger ocean bridge'],
  ...['purple-elephant-dances-quietly', 'vivid.marble.trench.oxygen', 'staple-cloud-river-71-anvil'],
  ...['Pferd Lampe Wolke Tisch', 'le chat noir dort sous la lune', 'el gato azul come manzanas verdes'],
  ...['vrijdag regent het kikkers', 'zielony żuraw tańczy o świcie', 'modrý vlk zpívá pod mostem'],
  ...['kävelen metsässä sateella yksin', 'güneş altında yüzen kırmızı balık', 'Tỏi xanh bay qua cầu tre'],
  ...['собака бежит через синий мост', 'η γάτα κοιμάται στο πράσινο δέντρο', 'כלב שחור רץ ביער ירוק'],
  ...[
    'ماء السماء أزرق والقمر بعيد',
    'नीला आसमान और सफेद बादल',
    'แมวสีดำนอนใต้ต้นไม้',
    '나무 아래 고양이가 잠들다',
  ],
  ...['青い空に白い雲が流れる朝', '猫が屋根で踊る夜', '山上有一只蓝色的猫', '🦊🌲🚀🎻🍋🧊🪐🦉'],
  ...[
    'x7#kQ9!mZ2@v',
    'Tr7$hLw9&qBn',
    'kJ8sD2lPq0Zx',
    'gT5-rW9-kM2-xQ7',
    '7f3a9c2e8b1d',
    'Zk1Yx9wdTq2mJ0f7b9Jx',
  ],
  ...['x7#kQ9!m', 'Xk29dLpq', 'wqpzmxkj', 'tr0ub4d&', ' q7 zäh w ', '839217460582', 'ada: nine blue herons'],
  ...['imprint of a green heron on sand', `${'ab '.repeat(42)}`, '🦊'.repeat(128)],
];

for (const [what, passwords] of Object.entries(WEAK))
  t.test(`${what} is weak`, async (t) => {
    for (const password of passwords) t.equal(await isWeakPassword(password, KNOWN), true, password);
  });

t.test('words that have nothing to do with each other, and random characters, are not weak', async (t) => {
  for (const password of STRONG) t.equal(await isWeakPassword(password, KNOWN), false, password);
});

t.test('what is weak for one account is not for another', async (t) => {
  const password = 'wojciechowska-7';
  t.equal(await isWeakPassword(password, {}), false);
  t.equal(await isWeakPassword(password, { full_name: 'Zofia Wojciechowska' }), true);
});

t.test('every way to set a password refuses weak ones, and says what to do', async (t) => {
  const { client, mails } = await testApp(t);
  const [owner, admin] = [await client.newUser(), await client.asAdmin()];
  const { email } = owner;
  await client.post('/auth/password/forgot', { email });
  const token = await mails.token(email);
  const ways: Record<string, (password: string, known: string) => Promise<Answer<ProblemBody>>> = {
    registerUser: (password, known) =>
      client.post('/auth/register', { email: `${known}@example.com`, password }),
    createUser: (password, known) =>
      admin.post('/users', { email: `${newName()}@example.com`, full_name: known, password }),
    changePassword: (new_password) =>
      owner.put('/auth/password', { current_password: PASSWORD, new_password }),
    resetPassword: (new_password) => client.post('/auth/password/reset', { token, new_password }),
  };
  for (const [way, set] of Object.entries(ways)) {
    const known = way.startsWith('re') || way === 'createUser' ? 'wojciechowska' : '';
    for (const password of ['password1234', way.endsWith('Password') ? `${email}!` : `${known}-7`]) {
      const { status, body } = await set(password, known);
      t.equal(status, 422, `${way}: ${password}`);
      t.equal(body.code, 'weak_password', `${way}: ${password}`);
      t.match(body.detail, /three or more words .* or let a password manager make one/);
    }
  }
});
